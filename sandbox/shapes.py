"""Names for the loosely typed data that travels over the wire."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
"""One JSON object, shaped as the provider documents it."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that arrived in a multipart request: name, declared type and bytes."""

    name: str
    mime: str
    content: bytes
