"""Addresses that we hand out and take back: signed, so that nobody makes or changes one. Signed with SECRET_KEY."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

SIGNED_BYTES = 16  # 128 bits: not to be guessed, short enough to be read in an address bar


class Links:
    """``sign`` and ``read`` share a purpose: a link made for one page opens no other."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def sign(self, purpose: str, words: str) -> str:
        """The words with their signature, for a path: letters, digits, ``.``, ``-`` and ``_`` where the words have no others."""
        return f"{words}.{self._mark(purpose, words)}"

    def read(self, purpose: str, link: str) -> str | None:
        """The words of a link that we signed for this purpose; None for any other."""
        words, _, mark = link.rpartition(".")
        return words if hmac.compare_digest(mark.encode(), self._mark(purpose, words).encode()) else None

    def _mark(self, purpose: str, words: str) -> str:
        digest = hmac.digest(self._secret, f"{purpose}\n{words}".encode(), sha256)
        return urlsafe_b64encode(digest[:SIGNED_BYTES]).decode().rstrip("=")
