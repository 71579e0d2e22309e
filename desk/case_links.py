"""The links to a case's pages: signed, each for one page, and good for a while."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from desk.links import Links
from flows import booking_page, uploads
from flows.effects import CALL, UPLOAD


@dataclass(frozen=True, slots=True)
class CaseLink:
    """A page of a case: the word its path begins with, which is also what its links are signed for, and how long they last."""

    path: str
    lasts: timedelta

    def made(self, links: Links, case_id: str, now: datetime) -> str:
        """The last part of the address."""
        return links.sign(self.path, f"{case_id}.{int((now + self.lasts).timestamp()):x}")

    def case_of(self, links: Links, link: str, now: datetime) -> str | None:
        """The case behind a link that we signed and that is still good."""
        case_id, ends = self._parts(links, link)
        return case_id if ends > now.timestamp() else None

    def was_ours(self, links: Links, link: str) -> str | None:
        """The case behind a link that we signed, however old it is."""
        return self._parts(links, link)[0] or None

    def _parts(self, links: Links, link: str) -> tuple[str, int]:
        case_id, _, ends = (links.read(self.path, link) or "").rpartition(".")
        return case_id, int(ends, 16) if case_id else 0


UPLOADS: Final = CaseLink("upload", uploads.LINK_LASTS)
CALLS: Final = CaseLink("call", booking_page.LINK_LASTS)


def nowhere(*_: str) -> str:
    """Where pages cannot be reached."""
    return ""


LINKS: Final[Mapping[str, CaseLink]] = {UPLOAD: UPLOADS, CALL: CALLS}
