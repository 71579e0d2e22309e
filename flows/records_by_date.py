"""The records as a doctor goes through them: by date and by kind, each with a label in both scripts for the sheet and the case file."""

from flows import matching, worth
from flows.case import Case, Record
from flows.days import day_words
from flows.problems import every_item
from flows.subjects import ORDERS
from flows.summary import short
from flows.wording import LANGUAGES, listed, mark, say

LONGEST_KIND = 40  # characters of a kind on a label
LATEST = "9999"  # what has no date stands last
KINDS = {
    "photo": mark("Photo"), "document": mark("File"), "video": mark("Video"), "voice": mark("Voice message"),
    "pdf": mark("PDF"), "dicom": mark("DICOM images"), "zip": mark("Archive"), "jpeg": mark("Photo"), "png": mark("Photo"),
    "webp": mark("Photo"), "heic": mark("Photo"), "mp4": mark("Video"), "mov": mark("Video"),
}  # fmt: skip
FLAWS = {
    "blurred": mark("blurred"), "dark": mark("too dark"), "glare": mark("with glare"), "cut": mark("cut off"),
}  # fmt: skip
DIFFERS = {
    "species": mark("another animal on it"), "name": mark("another name on it"), "sex": mark("another sex on it"),
    "born": mark("another age on it"), "future": mark("dated in the future"), "before": mark("dated before the birth"),
}  # fmt: skip
SAID = {
    "asked": mark("owner asked"),
    "mine": mark("owner: it is this cat's"),
    "unsure": mark("owner is not sure"),
}


def in_order(case: Case) -> tuple[Record, ...]:
    """The files a doctor is shown, oldest first, by kind within a day; near-duplicates side by side, what has no date last.

    Left out: second copies, pictures that a better one stands in for, and what the owner took away as another cat's.
    """
    kept = [(number, record) for number, record in enumerate(case.records) if worth.counts(record)]
    places = {record.unique: (record.day or LATEST, _kind_place(record), number) for number, record in kept}  # fmt: skip
    return tuple(
        record for number, record in sorted(kept, key=lambda one: (places.get(one[1].like, places[one[1].unique]), one[0]))
    )  # fmt: skip


def labels(case: Case, language: str) -> list[tuple[Record, str]]:
    """The files in that order, each with its label."""
    return [(record, label(case, record, language)) for record in in_order(case)]


def label(case: Case, record: Record, language: str) -> str:
    """ "3 · X-ray, chest 胸腔 X 光 · 3 May 2026 · blurred": its number in the case, what it is in both scripts, its day, what to mind."""
    parts = (
        str(number(case, record)),
        both(case, record, language),
        day_of(record, language),
        *marks(record, language),
    )
    return " · ".join(part for part in parts if part)


def both(case: Case, record: Record, language: str) -> str:
    """What it is, in the reader's language and then in the other: the doctors of one group need not read the same."""
    scripts = sorted(LANGUAGES, key=lambda one: one != (language or "en"))
    return " ".join(dict.fromkeys(short(kind_words(case, record, one), LONGEST_KIND) for one in scripts))


def day_of(record: Record, language: str) -> str:
    """The day of the test; of a picture without one only when it was taken."""
    if not record.day:
        return ""
    day = day_words(record.day, language)
    return day if record.dated or not record.shows else say(language, "taken {day}", day=day)


def number(case: Case, record: Record) -> int:
    """The file's number in the case, from 1 in the order of arrival: it stays what it was when others come."""
    return 1 + next(place for place, one in enumerate(case.records) if one.unique == record.unique)


def kind_words(case: Case, record: Record, language: str) -> str:
    """What it is: as the owner said, else as it was recognised, else the sort of file."""
    known = [every_item()[one].words(language) for one in record.items if one in every_item()]
    if record.checked and known:
        return listed(known, language)
    sort = say(language, KINDS.get(str(record.facts.get("is", "")), KINDS.get(record.kind, KINDS["document"])))
    telling = [one for one in record.shows if matching.order_of(one) != "about" and matching.words_of(one, language)]
    if not telling or record.checked:
        return sort
    names = listed(dict.fromkeys(matching.words_of(one, language) for one in telling[:3]), language)
    return say(language, "{name} ({note})", name=names, note=sort) if matching.on_paper(telling[0]) else names


def marks(record: Record, language: str) -> list[str]:
    """What a doctor has to mind with this file."""
    found = [say(language, FLAWS[flaw]) for flaw in worth.flaws(record) if flaw in FLAWS]
    if record.problem:
        found.append(say(language, mark("cannot be read") if worth.unreadable(record) else mark("no preview")))
    found += [say(language, DIFFERS[one]) for one in record.differs if one in DIFFERS]
    if record.differs and record.whose in SAID:
        found.append(say(language, SAID[record.whose]))
    if record.missing:
        found.append(say(language, "{n} images missing", n=record.missing))
    if record.like:
        found.append(say(language, "much like another"))
    return found


def _kind_place(record: Record) -> int:
    orders = [ORDERS.index(matching.order_of(one)) for one in record.shows]
    return min(orders, default=ORDERS.index("other"))
