"""The records as a doctor goes through them: by date and by kind."""

from flows.case import Case, Record
from flows.wording import mark, say

KINDS = {
    "photo": mark("Photo"), "document": mark("File"), "video": mark("Video"), "voice": mark("Voice message"),
}  # fmt: skip


def in_order(case: Case) -> tuple[Record, ...]:
    """The files a doctor is shown, oldest first."""
    return tuple(sorted((r for r in case.records if r.state == "stored"), key=lambda r: day_of(case, r) or "9999"))


def number(case: Case, record: Record) -> int:
    """The file's number in the case, from 1 in the order of arrival."""
    return 1 + next(place for place, one in enumerate(case.records) if one.unique == record.unique)


def kind_words(case: Case, record: Record, language: str) -> str:
    """What it is."""
    return say(language, KINDS.get(record.kind, KINDS["document"]))


def marks(record: Record, language: str) -> list[str]:
    """What a doctor has to mind with this file."""
    return [say(language, mark("no preview"))] if record.problem else []


def day_of(case: Case, record: Record) -> str:
    """The day it tells of (YYYY-MM-DD), "" where nothing tells."""
    studies = record.facts.get("studies") or [{}]
    return str(record.facts.get("taken") or studies[0].get("date") or "")
