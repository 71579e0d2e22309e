"""The intake: one question after another, each answerable by button where that is possible, back and forth, until it is sent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from flows import attachments, emergency, reading, review
from flows.case import Case, changed
from flows.context import Context, Decision
from flows.effects import Effect, Forget, OpenTopic, Say, Wake
from flows.lifecycle import move
from flows.screens import Choice, Rows, in_rows, show
from flows.spoken import meant
from flows.steps import EDITABLE, INTAKE, STEPS
from flows.summary import cat_name, label, summary_lines
from flows.wording import mark, say

CONSENT_VERSION = (
    "2026-11-draft"  # to be signed by the clinic's doctors; the version a person saw is kept with the case
)
DRAFT_LIVES = timedelta(days=60)
LANGUAGE_CHOICES = (Choice("en", "English"), Choice("zh_Hant", "繁體中文"))

CONSENT = mark(
    "Before we begin, please read this:\n\n"
    "• This opinion is based on documents. Nobody here examines {cat} in person, so some signs can be missed.\n"
    "• It is only as good as the records you send.\n"
    "• It is not for emergencies, and it brings no prescription and no certificate. Treatment stays with your own vet.\n"
    "• A doctor first decides whether we can give a good recommendation. You pay only after a yes.\n"
    "• Our doctors read what you send. Telegram and text messages carry only what is needed.\n"
    "• It does not judge the first opinion. You can stop at any time with /cancel.\n\n"
    "Are you an adult, responsible for {cat}, and do you agree?"
)


# --- asking -----------------------------------------------------------------------------------------------------------
def ask(case: Case, context: Context, step: str, before: str = "") -> Decision:
    """Opens a question; ``before`` is said above it in the same message."""
    asking = changed(case, step=step)
    text, rows, contact = _SPECIAL[step](asking) if step in _SPECIAL else _plain_question(asking)
    head = f"{before}\n\n" if before else ""
    rows = [*rows, *_way_back(asking)]
    if not contact:
        opened, message = show(asking, context, head + text, rows)
        return Decision(opened, (message, *_kept_alive(case, context)))
    # Telegram gives a message one keyboard: the contact button comes with the question, the others with a second line.
    opened, choices = show(asking, context, say(case.language, "Or choose here:"), rows)
    return Decision(opened, (Say(head + text, contact=contact), choices, *_kept_alive(case, context)))


def _kept_alive(case: Case, context: Context) -> tuple[Effect, ...]:
    """The draft's end is pushed out once a day, not with every answer: the timer is a write that each answer would pay for."""
    if case.version and case.updated_at.date() == context.now.date():
        return ()
    return (Wake("lapse", context.now + DRAFT_LIVES),)


def _plain_question(case: Case) -> tuple[str, Rows, str]:
    step, language = STEPS[case.step], case.language
    choices = [Choice(value, say(language, words)) for value, words in step.choices]
    return _numbered(case, say(language, step.ask, cat=cat_name(case, language))), in_rows(choices, step.wide), ""


def _numbered(case: Case, text: str) -> str:
    return f"{INTAKE.index(case.step)}/{len(INTAKE) - 1}  {text}"


def _way_back(case: Case) -> Rows:
    if case.back_to or case.step in ("language", "emergency", "summary"):
        return [[Choice("!keep", say(case.language, "‹ Keep it as it was"))]] if case.back_to else []
    return [[Choice("!back", say(case.language, "‹ Back"))]]


def _ask_language(case: Case) -> tuple[str, Rows, str]:
    hello = mark("Hello. We are here for you and your cat. Which language shall we use?")
    return f"{say('en', hello)}\n\n{say('zh_Hant', hello)}", [list(LANGUAGE_CHOICES)], ""


def _ask_consent(case: Case) -> tuple[str, Rows, str]:
    language = case.language
    rows = [[Choice("agree", say(language, "I agree")), Choice("refuse", say(language, "I do not agree"))]]
    return _numbered(case, say(language, CONSENT, cat=cat_name(case, language))), rows, ""


def _ask_records(case: Case) -> tuple[str, Rows, str]:
    text = say(
        case.language,
        "Now the records: lab reports, X-rays, ultrasound, letters from your vet. Send photos or files here, several at once is fine (up to 20 MB each). "
        "Please send pictures as “file” where you can, so that nothing is lost. Press “Done” when you have sent them all.",
    )
    done = Choice("done", say(case.language, "Done"))
    later = Choice("none", say(case.language, "I have none at hand"))
    return _numbered(case, text), [[done] if case.records else [done, later]], ""


def _ask_phone(case: Case) -> tuple[str, Rows, str]:
    text = say(
        case.language,
        "May we send you reminders by text message, and ring this number for the call? "
        "Share it with the button below the text field. Texts carry no medical details; /texts switches them off at any time.",
    )
    rows = [[Choice("no_sms", say(case.language, "No texts, write here only"))]]
    return _numbered(case, text), rows, say(case.language, "Share my phone number")


def _ask_summary(case: Case) -> tuple[str, Rows, str]:
    language = case.language
    head = say(language, "This is what the doctors will read. Is it right?")
    rows = [
        [Choice("submit", say(language, "Send to the doctors"))],
        [Choice("change", say(language, "Change something"))],
    ]
    return head + "\n\n" + "\n".join(summary_lines(case, language)), rows, ""


_SPECIAL: dict[str, Callable[[Case], tuple[str, Rows, str]]] = {
    "language": _ask_language,
    "emergency": emergency.question,
    "consent": _ask_consent,
    "records": _ask_records,
    "phone": _ask_phone,
    "summary": _ask_summary,
}


# --- answering --------------------------------------------------------------------------------------------------------
def answer(case: Case, context: Context, value: str) -> Decision:
    """A button of the open question was pressed, or typing was read as one of its values."""
    if value == "!back":
        return ask(case, context, INTAKE[max(1, INTAKE.index(case.step) - 1)])
    if value == "!keep":
        return ask(replace(case, back_to=""), context, "summary")
    match case.step:
        case "language":
            return _go_on(changed(case, language=value), context)
        case "emergency":
            return emergency.declared(case, context) if value == "yes" else _go_on(case, context)
        case "consent":
            return _consented(case, context) if value == "agree" else _no_consent(case, context)
        case "records":
            return _go_on(case, context)
        case "phone":
            return _go_on(replace(case, phone="", vouched=False, sms=False), context, clear=True)
        case "summary":
            return _submit(case, context) if value == "submit" else _choose_change(case, context)
        case "change":
            return ask(replace(case, back_to="summary"), context, value)
    zone = value if case.step == "place" else case.zone
    return _go_on(changed(case, answers={**case.answers, case.step: value}, zone=zone), context)


def typed(case: Case, context: Context, text: str) -> Decision:
    """Free text in answer to the open question."""
    match = _as_button(case, text)
    if match is not None:
        return answer(case, context, match)
    if case.step == "phone":
        return _typed_phone(case, context, text)
    step = STEPS.get(case.step)
    if step is None or step.read is None:
        words = step.again if step else mark("Thank you. Here a button works best, please choose one.")
        return ask(case, context, case.step, say(case.language, words))
    value = step.read(text)
    if value is None:
        return ask(case, context, case.step, say(case.language, step.again))
    return answer(case, context, value)


def _as_button(case: Case, text: str) -> str | None:
    """Somebody who types the words of a button means that button."""
    said = reading.plain(text).casefold().strip(" .!。！")
    words: list[tuple[str, str]] = [(c.value, c.words) for c in LANGUAGE_CHOICES] if case.step == "language" else []
    if case.step in STEPS:
        words = [(value, say(case.language, sentence)) for value, sentence in STEPS[case.step].choices]
    elif case.step in _SPECIAL:
        words += [(c.value, c.words) for row in _SPECIAL[case.step](case)[1] for c in row]
    fits = (value for value, sentence in words if sentence.casefold() == said and value in case.options)
    return next(fits, None) or meant(case.step, said, case.options)


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
    return _go_on(replace(case, phone=number, vouched=True, sms=True), context, clear=True)


def _typed_phone(case: Case, context: Context, text: str) -> Decision:
    number = reading.phone(text)
    if number is None:
        return ask(
            case,
            context,
            "phone",
            say(case.language, "That does not look like a phone number. For example: +886 912 345 678."),
        )
    # A typed number is good for the call; texts go only to numbers that Telegram vouches for (pitfall 66).
    return _go_on(replace(case, phone=number, vouched=False, sms=False), context, clear=True)


def _go_on(case: Case, context: Context, clear: bool = False) -> Decision:
    following = case.back_to or INTAKE[INTAKE.index(case.step) + 1]
    decision = ask(changed(case, back_to="") if case.back_to else case, context, following)
    if not clear:
        return decision
    # Telegram takes a reply keyboard away only with a message of its own, so the thank-you carries it.
    thanks = Say(say(case.language, "Thank you."), clear=True)
    return replace(decision, effects=(thanks, *decision.effects))


def _consented(case: Case, context: Context) -> Decision:
    return _go_on(changed(case, consent_version=CONSENT_VERSION, consent_at=context.now), context)


def _no_consent(case: Case, context: Context) -> Decision:
    words = say(
        case.language,
        "We understand. Without your agreement we cannot go on; nothing has been sent to the doctors. Press “I agree” if you change your mind, or /cancel to end here.",
    )
    return ask(case, context, "consent", words)


def _choose_change(case: Case, context: Context) -> Decision:
    choices = [Choice(step, label(step, case.language)) for step in EDITABLE]
    opened, message = show(
        replace(case, step="change", back_to="summary"),
        context,
        say(case.language, "What would you like to change?"),
        [*in_rows(choices, 2), [Choice("!keep", say(case.language, "‹ Keep it as it was"))]],
    )
    return Decision(opened, (message,))


def _submit(case: Case, context: Context) -> Decision:
    moved, line = move(replace(case, step="", screen="", options=(), submitted_at=context.now), "submit", "owner")
    text = say(
        case.language,
        "Your case is with the doctors now. Your case code is {code}.\n\n"
        "They first decide whether they can give a good recommendation, usually within {hours} hours. We will write to you here. "
        "You can still send records or a message at any time. /status shows where things stand.\n\n{emergency}",
        code=case.code,
        hours=context.clinic.review_hours,
        emergency=emergency.reminder(case.language),
    )
    effects: tuple[Effect, ...] = (line, Forget("lapse"), Say(text, clear=True))
    if case.review.topic:  # opened by an earlier alarm: the card joins it
        card = review.new_round(moved, context)
        return Decision(card.case, (*effects, *card.effects, *attachments.pending(moved, context)))
    topic = OpenTopic(f"{case.code} · {case.answers.get('cat_name', '')}"[:128])
    return Decision(moved, (*effects, topic, *attachments.pending(moved, context)))


def reopen(case: Case, context: Context, before: str = "") -> Decision:
    """The open question once more, exactly where the talk stopped."""
    if case.step == "change" or case.step not in INTAKE:
        return ask(replace(case, back_to=""), context, "summary" if case.step == "change" else "language", before)
    return ask(case, context, case.step, before)
