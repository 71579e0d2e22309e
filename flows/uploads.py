"""The way in through the browser, for what is too large or too many for the chat: the button, the command, and what arrived there."""

from dataclasses import replace
from datetime import timedelta

from flows.case import ENDED, Case, Record
from flows.context import Context, Decision
from flows.effects import UPLOAD, Button, Effect, Open, Say, Wake
from flows.incoming import Uploaded
from flows.screens import Choice
from flows.troubles import MOST
from flows.wording import mark, say

PAUSE = timedelta(seconds=2)  # the stream of files has ended when none came for so long
FILE_BYTES = 5_000_000_000  # one file: what a DVD holds
CASE_BYTES = 10_000_000_000  # all files of one case
LINK_LASTS = timedelta(days=7)
WORDS = mark("⬆ Upload large files or folders")


def door(case: Case) -> Choice:
    """The button of a question that opens the upload page."""
    return Choice("", say(case.language, WORDS), UPLOAD)


def button(case: Case) -> Button:
    """The same under a message that asks nothing."""
    return Button(say(case.language, WORDS), url=UPLOAD)


def closed(case: Case) -> str:
    """Why nothing can be uploaded now, in the owner's language; "" when it can."""
    if case.status in ENDED:
        return say(case.language, "This case is closed, so nothing can be added to it. /start begins a new one.")
    if case.consent_at is None:  # nothing is kept before the owner agreed to it
        return say(case.language, "We ask for the records in a moment. Please answer the questions in the chat first.")
    return ""


def too_much(case: Case, size: int, coming: int, pledged: int) -> str:
    """Why this file of ``size`` bytes is one too many; "" when it is not. ``coming`` others are under way, of ``pledged`` bytes."""
    language = case.language
    if size > FILE_BYTES:
        words = mark("This file is larger than {most} GB, the most that one file can have. Please send it in parts.")
        return say(language, words, most=FILE_BYTES // 10**9)
    if len(case.records) + coming >= MOST:
        words = mark(
            "This case has {most} files already, the most it can hold. Please write to us in the chat, so that we find a way."
        )
        return say(language, words, most=MOST)
    if size + pledged + sum(record.size for record in case.records) > CASE_BYTES:
        words = mark(
            "With this file the case would hold more than {most} GB. Please write to us in the chat, so that we find a way."
        )
        return say(language, words, most=CASE_BYTES // 10**9)
    return ""


def no_room(case: Case) -> str:
    """The disk is full."""
    return say(case.language, "We have no room for this file at the moment. Please try again in a few hours.")


def offered(case: Case) -> Decision:
    """/upload: a fresh link, whatever question is open."""
    refused = closed(case)
    if refused:
        return Decision(case, (Say(refused),))
    text = say(
        case.language,
        "Large files, many files, whole folders and CDs go through this page. It goes on where it stopped, even after the line broke. The link is for you alone and works for {days} days.",
        days=LINK_LASTS.days,
    )
    return Decision(case, (Say(text, ((button(case),),)),))


def uploaded(case: Case, context: Context, file: Uploaded) -> Decision:
    """A file is here, whole: noted like one of the chat, and opened next."""
    unique = f"upload:{file.upload}"
    if closed(case) or any(record.unique == unique for record in case.records):
        return Decision(case)
    full = len(case.records) >= MOST
    state, problem = ("refused", "too_many") if full else ("arriving", "")
    record = Record(unique, "document", file.name, file.size, state, problem=problem)
    effects: tuple[Effect, ...] = (Wake("album", context.now + PAUSE),)
    if not full:
        effects = (Open(file.upload, unique, file.name), *effects)
    return Decision(replace(case, records=(*case.records, record)), effects)
