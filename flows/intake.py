"""The intake: one question after another, each answerable by button where that is possible, back and forth, until it is sent."""

from collections.abc import Callable
from dataclasses import replace

from flows import agreements, attachments, emergency, gate, lanes, letter, medicines, problems, records_list, review
from flows.asking import LANGUAGE_CHOICES, MOST_QUESTIONS, ask
from flows.case import Case, changed
from flows.context import Context, Decision
from flows.effects import Effect, Forget, OpenTopic, Say
from flows.lifecycle import move
from flows.places import country_of, promise
from flows.red_flags import VERSION as SIGNS_VERSION
from flows.route import before, branch, following, path, station
from flows.screens import Choice, show
from flows.steps import STEPS
from flows.summary import cat_name
from flows.wording import say


# --- answering --------------------------------------------------------------------------------------------------------
def answer(case: Case, context: Context, value: str) -> Decision:
    """A button of the open question was pressed, or typing was read as one of its values."""
    if value == "!back":
        point = case.step.startswith("point:")
        return ask(case, context, agreements.earlier(case.step) if point else before(case, case.step))
    if value == "!keep":
        return ask(replace(case, back_to=""), context, "summary")
    return _ANSWERS.get(case.step.partition(":")[0], _plain)(case, context, value)


def _plain(case: Case, context: Context, value: str) -> Decision:
    if case.step == "reason" and value == "peer":
        return as_vet(case, context)
    if case.step.startswith("ask:") and value == "skip":
        return ask(changed(case, back_to=""), context, case.back_to or following(case, branch(case)[-1]))
    zone = value if case.step == "place" else case.zone
    answered = changed(case, answers={**case.answers, case.step: value}, zone=zone)
    if case.step == "problem":
        answered = changed(answered, questions_version=problems.VERSION)
    if case.step == "place" and not case.vet:
        return go_on(answered, context, first=_promised(answered))
    if case.step == "problem" and case.back_to and branch(answered):
        return ask(answered, context, branch(answered)[0])
    sign = problems.sign(case.step.removeprefix("ask:"), value) if case.step.startswith("ask:") else ""
    if sign.startswith("R") and not case.vet:
        after = go_on(answered, context).case
        return emergency.declared(after, context, (sign,), heard=True)
    if sign and sign not in case.amber and not case.vet:
        answered = changed(answered, amber=(*case.amber, sign))
        return go_on(answered, context, first=gate.advice_today(answered))
    alarm = gate.human(case, answered, context)
    decision = go_on(answered, context, first=gate.human_words(answered) if alarm else "")
    return replace(decision, effects=(*decision.effects, *alarm))


def _promised(case: Case) -> str:
    """What may be promised where the cat is, and why."""
    found, cat = promise(country_of(case.zone)), cat_name(case, case.language)
    return f"{found.sentence(case.language)}\n\n{found.why(case.language)}".format(cat=cat)


def as_vet(case: Case, context: Context) -> Decision:
    """A veterinarian: the shorter, professional way. What was said to the owner's consent does not count for it."""
    professional = changed(case, vet=True, back_to="", consent_at=None)
    return ask(professional, context, "consent:colleague")


def _language(case: Case, context: Context, value: str) -> Decision:
    return go_on(changed(case, language=value), context)


def _records(case: Case, context: Context, value: str) -> Decision:
    return go_on(case, context)


def _no_phone(case: Case, context: Context, value: str) -> Decision:
    return go_on(replace(case, phone="", vouched=False, sms=False), context, clear=True)


def _summary(case: Case, context: Context, value: str) -> Decision:
    return _submit(case, context) if value == "submit" else ask(replace(case, back_to="summary"), context, "change")


def _change(case: Case, context: Context, value: str) -> Decision:
    return ask(replace(case, back_to="summary"), context, value)


def _signs(case: Case, context: Context, value: str) -> Decision:
    noted = changed(case, signs_version=SIGNS_VERSION)
    if value == "vet":
        return as_vet(noted, context)
    if value.startswith("gate:") and value != "gate:none":
        return ask(noted, context, f"emergency:{value.partition(':')[2]}")
    if value == "gate":
        return ask(noted, context, "emergency")
    if value.startswith("red:"):
        return emergency.declared(changed(noted, step="emergency"), context, (value.partition(":")[2],))
    return go_on(noted, context)


def _amber(case: Case, context: Context, value: str) -> Decision:
    if not value.startswith("amber:"):
        return go_on(changed(case, signs_version=SIGNS_VERSION), context)
    switched = gate.switched(case, value.partition(":")[2])
    alarm = gate.human(case, switched, context)
    shown = ask(switched, context, "amber", gate.human_words(case) if alarm else "")
    return replace(shown, effects=(*shown.effects, *alarm))


def _consent(case: Case, context: Context, value: str) -> Decision:
    screen = agreements.screen_of(case.step)
    match value:
        case "agree":
            return go_on(agreements.with_answer(case, context, screen.points, yes=True), context)
        case "single":
            return ask(case, context, f"point:{screen.id}.0")
        case "refuse":
            return ask(case, context, case.step, _not_without(case))
    point, number, count = agreements.place(case.step)
    said = agreements.with_answer(case, context, (point,), yes=value == "yes")
    if value != "yes":
        return ask(said, context, case.step, agreements.why(said, point, context))
    if number + 1 < count:
        return ask(said, context, f"point:{screen.id}.{number + 1}")
    return go_on(said, context)


def _not_without(case: Case) -> str:
    return say(
        case.language,
        "We understand. Without your agreement we cannot go on; nothing has been sent to the doctors. “Point by point” tells why each is needed; /cancel ends here.",
    )


def _option(case: Case, context: Context, value: str) -> Decision:
    point = agreements.option(value.partition(":")[2]) if value.startswith("opt:") else ()
    if not point:
        return go_on(case, context)
    return ask(
        agreements.with_answer(case, context, point, yes=not agreements.agreed(case, point[0].id)), context, "options"
    )


def _medicine(case: Case, context: Context, value: str) -> Decision:
    detail = case.step.partition(":")[2]
    if value in ("none", "unknown") and not detail:
        return go_on(changed(case, answers={**case.answers, "medicines": value}), context)
    if value == "enough":
        return go_on(case, context) if detail == "more" else ask(case, context, "medicine:more")
    return ask(medicines.detailed(case, detail, value), context, medicines.next_detail(detail))


def asked_for(case: Case, context: Context, value: str) -> Decision:
    """One of the owner's questions to the doctors; a vet asks one, an owner up to five."""
    if value == "enough":
        return go_on(case, context)
    if value == "anew":
        others = {step: words for step, words in case.answers.items() if step != "question"}
        return ask(changed(case, answers=others), context, "question")
    asked = case.answers.get("question", "")
    value = next((v for v, words in STEPS["question"].choices if say(case.language, words) == value), value)
    already = [] if case.vet or not asked else asked.split("\n")
    if len(already) >= MOST_QUESTIONS:  # a sixth does not push out the first unheard
        return ask(case, context, "question")
    words = " ".join(value.split())
    kept = [*already, words] if words not in already else already
    noted = changed(case, answers={**case.answers, "question": "\n".join(kept)})
    return go_on(noted, context) if case.vet or len(kept) >= MOST_QUESTIONS else ask(noted, context, "question")


def _checklist(case: Case, context: Context, value: str) -> Decision:
    if value.startswith("check:"):
        return ask(records_list.pressed(case, value.partition(":")[2]), context, "checklist")
    if value != "letter":
        return go_on(case, context)
    again = ask(case, context, "checklist")
    return replace(again, effects=(*letter.said(case, context), *again.effects))


def _texts(case: Case, context: Context, value: str) -> Decision:
    said = agreements.with_answer(case, context, agreements.option("sms"), value == "yes")
    return go_on(replace(said, sms=value == "yes"), context)


# --- going on ---------------------------------------------------------------------------------------------------------
def go_on(case: Case, context: Context, clear: bool = False, first: str = "") -> Decision:
    """The next question; ``clear`` takes the contact button away, ``first`` is said above it."""
    next_step = _next(case)
    done = changed(case, back_to="") if case.back_to and next_step == "summary" else case
    decision = ask(done, context, next_step, first)
    if not clear:
        return decision
    # Telegram takes a reply keyboard away only with a message of its own, so the thank-you carries it.
    thanks = Say(say(case.language, "Thank you."), clear=True)
    return replace(decision, effects=(thanks, *decision.effects))


def _next(case: Case) -> str:
    if not case.back_to:
        return following(case, case.step)
    if case.step.startswith("ask:"):  # chosen from the summary they come all, as they do with another illness
        after = following(case, case.step)
        return after if after.startswith("ask:") else "summary"
    return case.back_to


def _submit(case: Case, context: Context) -> Decision:
    moved, line = move(replace(case, step="", screen="", options=(), submitted_at=context.now), "submit", "owner")
    text = say(
        case.language,
        "Your case is with the doctors now. Your case code is {code}.\n\n"
        "They first decide whether they can give a good recommendation, usually within {hours} hours. We will write to you here. "
        "You can still send records or a message at any time. /status shows where things stand.\n\n{emergency}",
        code=case.code,
        hours=lanes.told_hours(moved, context.clinic),
        emergency=emergency.reminder(case.language),
    )
    effects: tuple[Effect, ...] = (line, Forget("lapse"), Forget("draft"), Say(text, clear=True))
    if case.review.topic:  # opened by an earlier alarm: the card joins it
        card = review.new_round(moved, context)
        return Decision(card.case, (*effects, *card.effects, *attachments.pending(moved, context)))
    who = case.answers.get("vet_clinic" if case.vet else "cat_name", "")
    topic = OpenTopic(f"{case.code} · {who}"[:128])
    return Decision(moved, (*effects, topic, *attachments.pending(moved, context)))


def reopen(case: Case, context: Context, before_: str = "") -> Decision:
    """The open question once more, exactly where the talk stopped."""
    head = case.step.partition(":")[0]
    if head == "change":
        return ask(replace(case, back_to=""), context, "summary", before_)
    if head in ("medicine", "sms", "point", "emergency") or case.step in path(case):
        return ask(case, context, case.step, before_)
    return ask(case, context, station(case, case.step), before_)


def after_alarm(case: Case, context: Context) -> Decision:
    """The cat is safe: on where the talk was stopped, behind the question that stopped it."""
    at = following(case, case.step) if case.step == "emergency" else case.step
    return reopen(changed(case, step=at), context, emergency.reminder(case.language))


_ANSWERS: dict[str, Callable[[Case, Context, str], Decision]] = {
    "language": _language, "emergency": _signs, "amber": _amber, "consent": _consent, "point": _consent, "options": _option,
    "medicines": _medicine, "medicine": _medicine, "question": asked_for, "records": _records, "checklist": _checklist,
    "phone": _no_phone, "sms": _texts, "summary": _summary, "change": _change,
}  # fmt: skip


def choose_language(case: Case, context: Context) -> Decision:
    """/language, at any stage."""
    question = say(case.language, "Which language shall we use?")
    rows = [[Choice(f"language:{one.value}", one.words) for one in LANGUAGE_CHOICES]]
    shown, message = show(case, context, question, rows)
    return Decision(shown, (message,))
