"""What a person must know because no case can say it: dead letters, shown in the doctors' group."""

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
    "{n} stored files cannot be found where the records are kept. Please tell whoever looks after this service at once; nothing more is deleted by itself."
)
KINDS = {
    "say": mark("a chat message"),
    "say_calendar": mark("the calendar file"),
    "fetch": mark("a file of the owner's"),
    "open": mark("a file of the owner's"),
    "text": mark("a text message"),
    "open_checkout": mark("the payment link"),
    "read_checkout": mark("a look at the payment"),
    "close_checkout": mark("closing a payment link"),
}


def dead_update(clinic: Clinic) -> Outgoing:
    """Told once, when the last try has failed. The words of the update stay in the inbox and appear nowhere else."""
    return _note(say(clinic.languages[0], DEAD_UPDATE))


def missing_files(clinic: Clinic, count: int) -> Outgoing:
    """Told when there are more of them than at the last comparison."""
    return _note(say(clinic.languages[0], MISSING_FILES, n=count))


def dead_row(clinic: Clinic, row: OutboxRow, code: str, why: str) -> Outgoing | None:
    """None for the group's own messages: a group that cannot be written to cannot be told so."""
    language = clinic.languages[0]
    if row.kind == "unpost":
        return _note(say(language, STILL_HERE, code=code, why=why))
    if row.kind not in KINDS:
        return None
    return _note(say(language, DEAD_ROW, what=say(language, KINDS[row.kind]), why=why, code=code))


def _note(text: str) -> Outgoing:
    note = Post(text, "alarm")
    fields = {"text": note.text, "role": note.role, "topic": 0, "buttons": [], "mention": 0, "sheet": []}
    return Outgoing("staff", "desk", "post", fields, "may-repeat")
