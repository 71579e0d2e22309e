"""What a decision wants done. Nothing here does anything: ``desk`` turns outward effects into outbox rows and inward ones into rows."""

from dataclasses import dataclass
from datetime import datetime

from flows.calendar_effects import Book as Book
from flows.calendar_effects import Freed as Freed
from flows.calendar_effects import Hold as Hold
from flows.calendar_effects import Release as Release
from flows.money_effects import CloseCheckout as CloseCheckout
from flows.money_effects import Enter as Enter
from flows.money_effects import OpenCheckout as OpenCheckout
from flows.money_effects import ReadCheckout as ReadCheckout
from flows.money_effects import Refund as Refund
from flows.page_link import PageLink

Buttons = tuple[tuple["Button", ...], ...]
UPLOAD, CALL = (
    "upload:",
    "call:",
)  # pages of a case: the sender puts a fresh link in their place, which nobody who decides knows
PAGES = frozenset({UPLOAD, CALL})


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: either ``data`` (opaque, at most 64 bytes) or ``url``; one of ``PAGES`` there stands for that page of the case."""

    words: str
    data: str = ""
    url: str = ""


# --- to the owner on Telegram -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Say:
    """A message of plain text: nothing in it is ever read as markup (pitfall 14).

    ``contact`` is the words of a reply-keyboard button that shares the owner's number; ``clear`` takes such a keyboard away.
    ``revision`` names the booking it reminds of (0: none); the row is dropped when that is no longer current.
    """

    text: str
    buttons: Buttons = ()
    contact: str = ""
    clear: bool = False
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Redraw:
    """A list of ticks with one of them changed, written in the place of message number ``message``, under which it was pressed."""

    message: int
    text: str
    buttons: Buttons


@dataclass(frozen=True, slots=True)
class SayCalendar:
    """The calendar file of a call; ``method`` is "REQUEST" or "CANCEL", ``sequence`` rises with every change (RFC 5546). ``room``: its address, "" by telephone."""

    caption: str
    uid: str
    sequence: int
    method: str
    summary: str
    starts_at: datetime
    ends_at: datetime
    room: str = ""


@dataclass(frozen=True, slots=True)
class SayLetter:
    """A PDF document to the owner: a text for each page, plain, lines and paragraphs kept. ``name``: of the file."""

    caption: str
    pages: tuple[str, ...]
    name: str = "letter.pdf"


@dataclass(frozen=True, slots=True)
class Fetch:
    """Bring a file from Telegram, store it, make its preview; answered by ``Stored`` or ``NotStored``."""

    file_id: str
    unique: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Open:
    """Take in a file that came whole through the browser; answered by ``Stored`` or ``NotStored``."""

    upload: str
    unique: str
    name: str


@dataclass(frozen=True, slots=True)
class SendCopy:
    """One ZIP of everything held about the person. ``files``: "CODE/SHA-256" of the originals in this part; the first part has the texts."""

    part: int
    parts: int
    files: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Farewell:
    """The last message after an erasure: a ``Say`` whose row is deleted once it was sent."""

    text: str
    buttons: Buttons = ()
    contact: str = ""
    clear: bool = True


# --- to the owner's phone ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Text:
    """An SMS. ``revision`` names the booking it speaks of (0: none); the row is dropped when that is no longer current."""

    number: str
    body: str
    purpose: str
    revision: int = 0


# --- to the staff group -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class OpenTopic:
    """A forum topic for the case where the group has topics; answered by ``TopicOpened``."""

    name: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One record on a contact sheet. ``picture`` and ``thumb``: SHA-256 of our own JPEGs, "" where there are none.

    ``number``: in the case. ``day`` and ``label`` in words, ``mark``: what has to be minded, each may be "". ``wide``: a strip of images.
    """

    picture: str
    thumb: str
    number: int
    day: str
    label: str
    mark: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """A message in the case's topic. ``role``: "card", "prompt" (asks for a reply), "note", "alarm" or "sheet" (pictures of ``sheet``'s records)."""

    text: str
    role: str
    topic: int = 0
    buttons: Buttons = ()
    mention: int = 0
    sheet: tuple[Shown, ...] = ()
    doctor: str = ""  # whom it speaks to, by the key in clinic.toml: whatever account is enrolled when it leaves


@dataclass(frozen=True, slots=True)
class Tell:
    """A private message of the staff bot to a doctor, by the key in clinic.toml. ``role``: "note", or a prompt's (``prompts.asks``).

    Where the bot may not write to her nothing is said, unless ``about`` says what it is for: then ``incoming.Undelivered`` brings it back.
    ``revision`` names the booking it speaks of (0: none); the row is dropped when that is no longer current.
    """

    doctor: str
    text: str
    role: str = "note"
    buttons: Buttons = ()
    about: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class PostFile:
    """The case file as a PDF in the case's topic, put together when it leaves. ``caption`` stands below it."""

    language: str
    caption: str
    topic: int = 0


@dataclass(frozen=True, slots=True)
class EditCard:
    """The card's text and buttons, brought up to date."""

    message: int
    text: str
    buttons: Buttons = ()


@dataclass(frozen=True, slots=True)
class Unpost:
    """Take an erased case out of the group: its topic, or else its messages; ``words`` stand on the card where that has to stay."""

    case: str
    code: str
    topic: int
    card: int
    words: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A word to the person who pressed a button or wrote to us: shown as a short notice, not stored, not repeated."""

    text: str
    alert: bool = False


# --- the books and the clock ------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Wake:
    """Come back to this case at ``at``; a second Wake of the same kind and key moves the first."""

    kind: str
    at: datetime
    key: str = ""


@dataclass(frozen=True, slots=True)
class Forget:
    """Take back this case's timers of one kind."""

    kind: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The line that ``lifecycle.move`` writes into the history, once per change of status."""

    came_from: str
    trigger: str
    went_to: str
    actor: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """A line of the history without a move: what doctors settled among themselves."""

    what: str
    actor: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StartAnew:
    """This case has ended and the owner begins another: the desk opens a new case and gives it the same incoming."""


@dataclass(frozen=True, slots=True)
class Erase:
    """Delete everything held about this person, every case of hers; what else is decided with it is done for nobody any more."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """The owner wrote STOP (``stop``) or START on the phone: kept by number, checked at every send."""

    stop: bool


Outward = (
    Say | Redraw | SayCalendar | SayLetter | Fetch | Open | SendCopy | Farewell | Text | OpenTopic | Post | Tell | PostFile | PageLink | EditCard
    | Unpost | OpenCheckout | ReadCheckout | CloseCheckout | Refund
)  # fmt: skip
Inward = Enter | Hold | Book | Release | Freed | Wake | Forget | Moved | Noted | StartAnew | Erase | OptOut | Answer
Effect = Outward | Inward
