"""The link to a case's upload page: signed, and good for a week."""

from datetime import datetime

from desk.links import Links
from flows.uploads import LINK_LASTS

PURPOSE = "upload"


def upload_link(links: Links, case_id: str, now: datetime) -> str:
    """The last part of the address."""
    return links.sign(PURPOSE, f"{case_id}.{int((now + LINK_LASTS).timestamp()):x}")


def case_of(links: Links, link: str, now: datetime) -> str | None:
    """The case behind a link that we signed and that is still good."""
    case_id, ends = _parts(links, link)
    return case_id if ends > now.timestamp() else None


def was_ours(links: Links, link: str) -> str | None:
    """The case behind a link that we signed, however old it is."""
    return _parts(links, link)[0] or None


def _parts(links: Links, link: str) -> tuple[str, int]:
    case_id, _, ends = (links.read(PURPOSE, link) or "").rpartition(".")
    return case_id, int(ends, 16) if case_id else 0
