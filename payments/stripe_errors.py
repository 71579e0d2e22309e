"""Stripe's failures as rows of desk.errors. Every call may be repeated: reads by nature, others under a key."""

import stripe
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from desk.sending import Failed, Outcome, Unsure


def outcome_of(error: stripe.StripeError) -> Outcome:
    """The table row for an error that the client raised."""
    match error:
        case stripe.APIConnectionError():
            return Failed("no_connection") if never_left(error) else Unsure()
        case stripe.AuthenticationError() | stripe.PermissionError():
            return Failed("not_authorised")
        case stripe.RateLimitError():
            return Failed("too_fast", wish(error))
        case stripe.InvalidRequestError() | stripe.IdempotencyError():
            return Failed("refused")
        case _:
            return _by_status(error)


def _by_status(error: stripe.StripeError) -> Outcome:
    status = error.http_status or 0
    if status == 409:  # another call under the same key is still under way
        return Failed("too_fast", wish(error) or 2.0)
    if status >= 500:
        return Failed("their_fault")
    return Failed("unknown")


def wish(error: stripe.StripeError) -> float | None:
    """What ``Retry-After`` asks for, in seconds; None when the header is absent or no number."""
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    text = headers.get("retry-after", "")
    return float(text) if text.isdigit() else None


def never_left(error: BaseException) -> bool:
    """Whether the connection was never opened: the cause is what ``requests`` raised, which keeps urllib3's reason."""
    cause = error.__cause__
    inner = cause.args[0] if cause is not None and cause.args else None
    reason = inner.reason if isinstance(inner, MaxRetryError) else inner
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)  # a name that does not resolve is the former
