"""What is found in one file: plain values, so that the service, the child that opened the bytes and the tests agree on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file is (``records.kinds``) and how it looks.

    ``preview`` (longest side at most 1,280 pixels) and ``thumb`` (320): JPEG bytes made from pixels alone, or None.
    ``problem``: "" when all went well, else one of the words listed in ``docs/decisions/0013-records.md``.
    ``facts``: plain JSON values of at most 16 KB, whose keys are listed there too.
    """

    kind: str
    preview: bytes | None = None
    thumb: bytes | None = None
    problem: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
