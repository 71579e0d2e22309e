"""What happens at Stripe to money that was paid: refunds that a bank returns, and disputes (docs.stripe.com/api/disputes)."""

from collections.abc import Callable

from sandbox import stripe_shapes
from sandbox.shapes import Json
from sandbox.stripe_shapes import Refused

Happened = Callable[[str, Json], None]
"""Makes an event of the account: kind, object."""


def refund_returned(refunds: dict[str, Json], charges: dict[str, Json], refund_id: str, happened: Happened) -> Json:
    """A bank returns a refund that had been made; raises ``Refused`` for one that is not there or was returned before."""
    found = refunds.get(refund_id)
    if found is None or found["status"] != "succeeded":
        raise Refused(409, "There is no such refund, or it has failed already.")
    found.update(status="failed", failure_reason="lost_or_stolen_card")
    charge = charges[found["charge"]]
    charge["amount_refunded"] -= found["amount"]
    charge["refunded"] = False
    happened("refund.failed", found)
    return found


def disputed(disputes: dict[str, Json], charge: Json, status: str, created: int, happened: Happened) -> Json:
    """The payer's bank takes the money back ("needs_response"), or decides ("won" by the account, or "lost")."""
    found = next((one for one in disputes.values() if one["charge"] == charge["id"]), None)
    if status not in ("needs_response", "won", "lost") or (found is None) != (status == "needs_response"):
        raise Refused(409, f"This payment cannot become {status}.")
    if found is None:
        found = stripe_shapes.dispute(charge, charge["amount"] - charge["amount_refunded"], created)
        disputes[found["id"]] = found
        charge["disputed"] = True
        happened("charge.dispute.created", found)
        return found
    if found["status"] != "needs_response":
        raise Refused(409, "This dispute is decided.")
    found["status"] = status
    happened("charge.dispute.closed", found)
    return found
