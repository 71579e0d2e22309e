"""The way to the case page: a doctor presses a button on the card and is sent a link that works once, for her alone."""

from flows.case import Case
from flows.clinic import Clinic, Doctor
from flows.context import Context, Decision
from flows.effects import Answer, Button
from flows.incoming import StaffPressed
from flows.page_link import PageLink
from flows.wording import LANGUAGES, mark, say

ACTION = "page"
PAGE = mark("🗂 Case page")
BY_START = "-"  # the round of a press that was made by starting the bot in private
GREETING = mark("Press “🗂 Case page” on a card in the group; the link to that case comes here.")


def button(case: Case, language: str) -> Button:
    """The way there; the link itself is made for whoever presses."""
    return Button(say(language, PAGE), data=f"{case.code}.{case.review.key}.{ACTION}")


def asked(case: Case, context: Context, press: StaffPressed) -> Decision:
    """At any stage, for any round: the page tells how the case stands now."""
    doctor = context.clinic.doctor(press.doctor)
    language = language_of(context.clinic, doctor)
    link = PageLink(
        press.person,
        say(language, "Case {code}: this link opens the case page. It works once, in the next ten minutes.", code=case.code),
        say(language, "Open the case page"),
        say(
            language,
            "{doctor}, I may not write to you before you have written to me. Press the button, then “Start”: the link comes there.",
            doctor=doctor.name if doctor else "",
        ),
        say(language, "Write to me"),
        case.code,
        case.review.topic,
    )  # fmt: skip
    if press.data.split(".")[1:2] == [BY_START]:  # she is in that chat already
        return Decision(case, (link,))
    return Decision(case, (link, Answer(say(language, "The link is in your private chat with me."))))


def language_of(clinic: Clinic, doctor: Doctor | None) -> str:
    """The doctor's first language that we have, else the group's."""
    mine = doctor.languages if doctor else ()
    return next((one for one in mine if one in LANGUAGES), clinic.languages[0])
