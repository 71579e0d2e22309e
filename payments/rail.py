"""What every way of paying looks like to the program: something the desk can send through, and a webhook."""

from typing import Protocol

from desk.sending import Sender

# Names in lower case; every value that came, so that a doubled header can be refused.
Headers = dict[bytes, list[bytes]]


class Rail(Sender, Protocol):
    """A way of paying. ``send`` knows the kinds "open_checkout", "read_checkout",
    "close_checkout" and "refund".

    A rail never says "paid" itself: its webhook only makes the case ask (``incoming.Due("read_checkout", session)``),
    and the answer comes as ``incoming.CheckoutSeen`` from a read of the provider's own books (pitfalls 69, 70).
    """

    async def webhook(self, headers: Headers, body: bytes, url: str) -> tuple[int, bytes]:
        """HTTP status and body for a notice; ``url`` is path and query. Never raises for what a stranger sends."""
        ...
