"""What a transcript reached: buttons that were pressed and signs that were heard, for the tests that count them."""

from typing import NamedTuple


class Pressed(NamedTuple):
    """A button of the owner's: what it stood for ("" when it was an old one) and the question it answered."""

    language: str
    vet: bool
    step: str
    value: str


class Heard(NamedTuple):
    """A sign that was heard in the owner's words, and where she stood."""

    language: str
    status: str
    step: str
    sign: str
