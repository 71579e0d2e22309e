"""Telegram's way of saying no."""

from sandbox.answers import Answer
from sandbox.shapes import Json


class Refusal(Exception):
    """An error of the Bot API: ``{"ok": false, "error_code", "description", "parameters"?}``."""

    def __init__(self, status: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def answer(self) -> Answer:
        """The error as Telegram words it."""
        body: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return Answer(self.status, body)


def bad(words: str, parameters: Json | None = None) -> Refusal:
    """A ``400 Bad Request`` with these words."""
    return Refusal(400, f"Bad Request: {words}", parameters)


def forbidden(words: str) -> Refusal:
    """A ``403 Forbidden`` with these words."""
    return Refusal(403, f"Forbidden: {words}")
