"""What is typed, spoken or shared in answer to the open question: read as a button, as a value, or asked again kindly."""

from dataclasses import replace

from flows import asking, medicines, problems, reading, sorting, standing
from flows.asking import ask
from flows.case import Case, changed
from flows.context import Context, Decision
from flows.effects import Say
from flows.intake import answer, asked_for, go_on, reopen
from flows.spoken import meant, says_nothing
from flows.steps import STEPS
from flows.summary import VOICE
from flows.wording import mark, say

ASIDE = ("records", "checklist", "summary")  # what is written here answers nothing, but the doctors may want to know it
LONGEST_BUTTON = 80  # what is longer was not meant as a button


def typed(case: Case, context: Context, text: str) -> Decision:
    """Free text in answer to the open question."""
    button = _as_button(case, context, text)
    if button is not None:
        return sorting.pressed(case, context, button) or answer(case, context, button)
    head = case.step.partition(":")[0]
    if head == "phone":
        return _typed_phone(case, context, text)
    if head in ("medicines", "medicine"):
        return _typed_medicine(case, context, text)
    if head in ASIDE and reading.free_text(text) and not says_nothing(_folded(text)):
        return standing.noted(case, context, text)
    value, again = _read(case, context, text)
    if value is None:
        return ask(case, context, case.step, again)
    return answer(case, context, value)


def _read(case: Case, context: Context, text: str) -> tuple[str | None, str]:
    """The value of what was typed, and what is said when there is none."""
    language = case.language
    if case.step == "place":
        words = mark("I do not know that place. Please type the nearest big city in English, for example “Vancouver”.")
        return reading.zone(text), say(language, words)
    if case.step == "problem" and problems.named(text):
        return problems.named(text), ""
    if case.step in ("problem", "discipline") or case.step.startswith("ask:"):
        words = mark("I could not read that as an answer. Please choose a button, or try other words.")
        return reading.free_text(text), say(language, words)
    step = STEPS.get(case.step)
    if step is None or step.read is None:
        words = mark("Thank you. Here a button works best, please choose one.")
        return None, say(language, step.again) if step else say(language, words)
    latest = reading.latest_date(text) if case.step == "since" else None
    if latest and latest > context.now.date():
        return None, say(language, "That date lies in the future. When did you see the first signs?")
    return step.read(text), say(language, step.again)


def _folded(text: str) -> str:
    return reading.plain(text).casefold().strip(" .!。！")


def _as_button(case: Case, context: Context, text: str) -> str | None:
    """Somebody who types the words of a button means that button."""
    said = _folded(text)
    if len(said) > LONGEST_BUTTON:
        return None
    shown = (choice for row in asking.put(case, context)[1] for choice in row)
    found = next((c.value for c in shown if c.words.casefold() == said and c.value in case.options), None)
    return found or meant(case.step.partition(":")[0], said, case.options)


def _typed_medicine(case: Case, context: Context, text: str) -> Decision:
    detail = case.step.partition(":")[2]
    if detail in medicines.DETAILS and medicines.tells_detail(text):
        told = medicines.detailed(case, detail, reading.plain(text, medicines.DETAIL_CHARS))
        return ask(told, context, medicines.next_detail(detail))
    named = medicines.named(case, text)
    if named is None:
        full = mark("More medicines than these I cannot take here. Please keep the others ready for the call.")
        words = mark("The name on the packet is enough, as well as you can read it.")
        return ask(case, context, case.step, say(case.language, full if medicines.full(case) else words))
    one = len(medicines.lines(named)) == len(medicines.lines(case)) + 1
    if not one:
        return ask(named, context, "medicine:more")
    said = medicines.says_how_often(medicines.lines(named)[-1][0])
    if said:  # "5 mg once a day": not asked again, the words are there
        return ask(medicines.detailed(named, "times", "unknown"), context, "medicine:since")
    return ask(named, context, "medicine:times")


def voice(case: Case, context: Context) -> Decision | None:
    """A voice note is heard by the doctors: the answer itself where a question may be told, else the question stays open.

    None where files are asked for, or nothing is.
    """
    step, head = STEPS.get(case.step), case.step.partition(":")[0]
    if case.consent_at is None or head in (*ASIDE, "", "change"):
        return None
    if step is None or not step.told:
        words = mark(
            "Thank you, the doctors will hear your voice note. I cannot listen to it myself, so please type here, or press a button."
        )
        return reopen(case, context, say(case.language, words))
    if case.step == "question":
        return asked_for(case, context, VOICE)
    heard = changed(case, answers={**case.answers, case.step: VOICE})
    return go_on(heard, context, first=say(case.language, "Thank you, the doctors will hear your voice note."))


def contact(case: Case, context: Context, phone: str, own: bool) -> Decision:
    """A contact card: only the sender's own number is taken (pitfall 26)."""
    number = reading.phone(phone)
    if case.step != "phone":
        return reopen(case, context, say(case.language, "Thank you, we will ask for your number later."))
    if not own:
        other = say(case.language, "That is somebody else's number. Please use the button to share your own number.")
        return ask(case, context, "phone", other)
    if number is None:
        return _typed_phone(case, context, phone)
    vouched = replace(case, phone=number, vouched=True, sms=False)
    if context.clinic.sms_country(number) is None:  # no text may go there, so nothing is asked
        return go_on(vouched, context, clear=True)
    asked = ask(vouched, context, "sms")
    return replace(asked, effects=(Say(say(case.language, "Thank you."), clear=True), *asked.effects))


def _typed_phone(case: Case, context: Context, text: str) -> Decision:
    number = reading.phone(text)
    if number is None:
        words = say(case.language, "That does not look like a phone number. For example: +886 912 345 678.")
        return ask(case, context, "phone", words)
    # A typed number is good for the call; texts go only to numbers that Telegram vouches for (pitfall 66).
    return go_on(replace(case, phone=number, vouched=False, sms=False), context, clear=True)
