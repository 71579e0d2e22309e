"""What a person must know because no case can say it: dead letters, shown in the doctors' group."""

from collections.abc import Sequence

from flows.clinic import Clinic
from flows.effects import Post
from flows.wording import mark, say
from storage.outbox import OutboxRow, Outgoing

DEAD_UPDATE = mark(
    "A message from outside could not be handled after several tries. It is kept; please tell whoever looks after this service."
)
DEAD_ROW = mark(
    "Something for an owner could not be delivered and was given up ({what}: {why}). Please look at case {code}."
)
STILL_HERE = mark(
    "Case {code} was erased at the owner's wish, but its messages in this group could not be deleted ({why}). Please delete them by hand."
)
MISSING_FILES = mark(
    "{n} stored files cannot be found where the records are kept. Please tell whoever looks after this service at once. Cases: {codes}."
)
LATE = mark(
    "{what}: {n} waiting for more than {minutes} minutes. This is tried again by itself; whoever looks after this service should know. Cases: {codes}."
)
TEXTS_STUCK = mark(
    "Text messages to owners do not get through ({why}). Owners are told on Telegram as far as that goes. Please tell whoever looks after this service."
)
SHELF_AWAY = mark(
    "The place where the records are kept cannot be reached or is full. Nothing is lost: files are fetched and shown as soon as it is back. Please tell whoever looks after this service."
)
SHELF_REFUSED = mark(
    "The place where the records are kept no longer lets us in: its key or its bucket has changed. Nothing is lost so far. Please tell whoever looks after this service at once."
)
CHANNELS = {
    "owner": mark("Chat messages to owners"),
    "fetch": mark("Owners' files"),
    "uploads": mark("Owners' files"),
    "copy": mark("Copies for owners"),
    "sms": mark("Text messages"),
    "stripe": mark("Payment links"),
    "bank": mark("Bank transfers"),
    "telegram": mark("Invoices in Telegram"),
    "staff": mark("Messages to this group"),
    "doctor": mark("Private messages to doctors"),
}
KINDS = {
    "say": mark("a chat message"),
    "say_calendar": mark("the calendar file"),
    "fetch": mark("a file of the owner's"),
    "open": mark("a file of the owner's"),
    "text": mark("a text message"),
    "open_checkout": mark("the payment link"),
    "read_checkout": mark("a look at the payment"),
    "close_checkout": mark("closing a payment link"),
    "refund": mark("paying back"),
}


def dead_update(clinic: Clinic) -> Outgoing:
    """Told once, when the last try has failed. The words of the update stay in the inbox and appear nowhere else."""
    return group_note(say(clinic.languages[0], DEAD_UPDATE))


def missing_files(clinic: Clinic, count: int, codes: Sequence[str]) -> Outgoing:
    """Told once for each file. ``codes``: some of the cases it concerns."""
    return group_note(say(clinic.languages[0], MISSING_FILES, n=count, codes=_listed(codes)))


def late(clinic: Clinic, channel: str, count: int, minutes: int, codes: Sequence[str]) -> Outgoing:
    """Told once while it lasts: an owner may have to be telephoned."""
    language = clinic.languages[0]
    what = say(language, CHANNELS[channel]) if channel in CHANNELS else channel
    return group_note(say(language, LATE, what=what, n=count, minutes=minutes, codes=_listed(codes)))


def texts_stuck(clinic: Clinic, why: str) -> Outgoing:
    """Told at most once a day for each reason, a row of ``desk.errors``."""
    return group_note(say(clinic.languages[0], TEXTS_STUCK, why=why))


def shelf_away(clinic: Clinic, refused: bool) -> Outgoing:
    """Told once while it lasts."""
    return group_note(say(clinic.languages[0], SHELF_REFUSED if refused else SHELF_AWAY))


def _listed(codes: Sequence[str], most: int = 10) -> str:
    shown = ", ".join(codes[:most]) or "–"
    return f"{shown} …" if len(codes) > most else shown


def dead_row(clinic: Clinic, row: OutboxRow, code: str, why: str) -> Outgoing | None:
    """None for the group's own messages: a group that cannot be written to cannot be told so."""
    language = clinic.languages[0]
    if row.kind == "unpost":
        return group_note(say(language, STILL_HERE, code=code, why=why))
    if row.kind not in KINDS:
        return None
    return group_note(say(language, DEAD_ROW, what=say(language, KINDS[row.kind]), why=why, code=code))


def group_note(text: str, role: str = "alarm", line: str = "desk", **more: object) -> Outgoing:
    """To the whole group, of no case. ``line`` of the outbox: what is put into one leaves in its order. ``more``: what a picture is drawn of."""
    note = Post(text, role)
    fields = {"text": note.text, "role": note.role, "topic": 0, "buttons": [], "mention": 0, "sheet": []}
    return Outgoing("staff", line, "post", {**fields, **more}, "may-repeat")
