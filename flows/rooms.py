"""A call online, in a room of the clinic's provider (``[room]`` in clinic.toml). Where the clinic has none every call is by telephone.

The address of a room is made by the desk and cannot be guessed; it changes with every booking, so that an old one leads to nobody.
It is said on Telegram and stands in the calendar file, never in a text message: those lie open on a locked screen.
"""

from dataclasses import replace

from flows.case import Call, Case
from flows.context import Context
from flows.screens import Choice
from flows.wording import mark, say

BOOK, ONLINE = "book", "online"
BOOKED = mark("Your call: {at} ({zone} time) with {doctor}. Case {code}.\nThe doctor will ring you; please have your questions and, if you can, your vet's papers at hand.\n\n{emergency}")  # fmt: skip
BOOKED_ONLINE = mark("Your call: {at} ({zone} time) with {doctor}, online. Case {code}.\nAt that time please open this room; the doctor meets you there:\n{room}\nPlease have your questions and, if you can, your vet's papers at hand.\n\n{emergency}")  # fmt: skip
TODAY_ONLINE = mark("Your call is today: {at} ({zone} time), online. The doctor has kept {minutes} minutes for you. Has anything changed?\n\n{emergency}")  # fmt: skip


def ways(case: Case, context: Context) -> tuple[str, ...]:
    """How this call can be held, as ``OnPage.action`` and buttons name it; whoever gave no number cannot be rung."""
    if not context.room:
        return (BOOK,)
    return (BOOK, f"{BOOK}:{ONLINE}") if case.phone else (f"{BOOK}:{ONLINE}",)


def yes_words(case: Case, context: Context, way: str) -> str:
    """The words of the button that books in this way."""
    if not context.room:
        return say(case.language, "Yes, book it")
    words = mark("Yes, online with video") if way.endswith(ONLINE) else mark("Yes, by telephone")
    return say(case.language, words)


def yes_rows(case: Case, context: Context) -> list[list[Choice]]:
    """The buttons that book the time that is held."""
    return [[Choice(way, yes_words(case, context, way))] for way in ways(case, context)]


def booked(offer: Call, context: Context, revision: int, online: bool) -> Call:
    """The held time as a call."""
    return replace(offer, revision=revision, room=context.room if online else "")


def missing(case: Case) -> str:
    """What is asked of an owner who is to be rung and has given no number; "" otherwise."""
    if case.phone or case.call is None or case.call.room:
        return ""
    return say(
        case.language,
        "We have no telephone number of yours. Please write it here; only the doctor who rings you gets it.",
    )


def below(call: Call, language: str, ending: str) -> str:
    """The end of a reminder, with the room before it."""
    return say(language, "The room: {room}", room=call.room) + "\n\n" + ending if call.room else ending
