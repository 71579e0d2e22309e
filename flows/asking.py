"""How a question is put: its text with the progress above it, its buttons, and the way back."""

from collections.abc import Callable
from datetime import timedelta

from flows import agreements, checklist_words, consultations, gate, medicines, record_questions, uploads
from flows.case import Case, changed
from flows.context import Context, Decision
from flows.effects import Effect, Say, Wake
from flows.places import PLACES
from flows.problems import PROBLEMS
from flows.route import branch, branch_question, editable, progress
from flows.screens import Choice, Rows, in_rows, show
from flows.steps import PROFESSIONAL, STEPS
from flows.summary import cat_name, label, summary_lines
from flows.wording import mark, say

DRAFT_LIVES = timedelta(days=60)
NUDGES = (timedelta(hours=24), timedelta(days=3))
LANGUAGE_CHOICES = (Choice("en", "English"), Choice("zh_Hant", "繁體中文"))
MOST_QUESTIONS = 5
Put = tuple[str, Rows, str]  # text, buttons, words of the contact button


def ask(case: Case, context: Context, step: str, before: str = "") -> Decision:
    """Opens a question; ``before`` is said above it in the same message."""
    asking = changed(case, step=step)
    text, rows, contact = put(asking, context)
    head = f"{before}\n\n" if before else ""
    rows = [*rows, *_way_back(asking)]
    if not contact:
        opened, message = show(asking, context, head + text, rows)
        return Decision(opened, (message, *_kept_alive(case, context)))
    # Telegram gives a message one keyboard: the contact button comes with the question, the others with a second line.
    opened, choices = show(asking, context, say(case.language, "Or choose here:"), rows)
    return Decision(opened, (Say(head + text, contact=contact), choices, *_kept_alive(case, context)))


def _kept_alive(case: Case, context: Context) -> tuple[Effect, ...]:
    """The draft's end and the nudges are pushed out once a day, not with every answer: a timer is a write that each answer would pay for."""
    if case.version and case.updated_at.date() == context.now.date():
        return ()
    nudges = (Wake("draft", context.now + after, str(number)) for number, after in enumerate(NUDGES))
    return (Wake("lapse", context.now + DRAFT_LIVES), *nudges)


def put(case: Case, context: Context) -> Put:
    """The open question's text, its buttons without the way back, and the words of a contact button."""
    head, _, rest = case.step.partition(":")
    if head in _SPECIAL:
        return _SPECIAL[head](case, context, rest)
    step, language = STEPS[case.step], case.language
    words = PROFESSIONAL.get(case.step, step.ask) if case.vet else step.ask
    choices = [Choice(value, say(language, sentence, cat=cat_name(case, language))) for value, sentence in step.choices]
    return _numbered(case, say(language, words, cat=cat_name(case, language))), in_rows(choices, step.wide), ""


def _numbered(case: Case, text: str) -> str:
    number, total, name = progress(case)
    head = say(case.language, "Step {n} of {total} · {name}", n=number, total=total, name=say(case.language, name))
    return f"{head}\n\n{text}"


def _way_back(case: Case) -> Rows:
    if case.back_to:
        return [[Choice("!keep", say(case.language, "‹ Keep it as it was"))]]
    if case.step.partition(":")[0] in ("language", "emergency", "summary"):
        return []
    return [[Choice("!back", say(case.language, "‹ Back"))]]


# --- screens of their own ---------------------------------------------------------------------------------------------
def _language(case: Case, context: Context, rest: str) -> Put:
    hello = mark("Hello. We are here for you and your cat. Which language shall we use?")
    return f"{say('en', hello)}\n\n{say('zh_Hant', hello)}", [list(LANGUAGE_CHOICES)], ""


def _emergency(case: Case, context: Context, rest: str) -> Put:
    text, rows = gate.group(case, rest) if rest else gate.question(case)
    if rest or case.back_to or case.consent_at:
        return text, rows, ""
    return text, [*rows, [Choice("vet", say(case.language, "I am a veterinarian, asking a colleague"))]], ""


def _amber(case: Case, context: Context, rest: str) -> Put:
    text, rows = gate.amber(case)
    return _numbered(case, text), rows, ""


def _place(case: Case, context: Context, rest: str) -> Put:
    text = say(
        case.language,
        "Where is {cat} now? The country decides what we may offer, and we use the local time there for the call. You can also type a city.",
        cat=cat_name(case, case.language),
    )
    return _numbered(case, text), in_rows([Choice(p.zone, p.words(case.language)) for p in PLACES], 2), ""


def _consent(case: Case, context: Context, rest: str) -> Put:
    text, rows = agreements.whole(case, context, case.step)
    return _numbered(case, text), rows, ""


def _point(case: Case, context: Context, rest: str) -> Put:
    text, rows = agreements.single(case, context, case.step)
    return _numbered(case, text), rows, ""


def _options(case: Case, context: Context, rest: str) -> Put:
    text, rows = agreements.options(case)
    return _numbered(case, text), [*rows, [Choice("on", say(case.language, "Go on"))]], ""


def _discipline(case: Case, context: Context, rest: str) -> Put:
    names = dict.fromkeys(name for doctor in context.clinic.doctors for name in doctor.disciplines)
    choices = [Choice(name, name) for name in names]
    text = say(case.language, "Which discipline would you like to ask?")
    return _numbered(case, text), [*in_rows(choices, 2), [Choice("any", say(case.language, "Whoever fits best"))]], ""


def _problem(case: Case, context: Context, rest: str) -> Put:
    text = say(case.language, "What is the main problem? Choose the nearest, or write it in your own words.")
    choices = [Choice(problem.id, problem.words(case.language)) for problem in PROBLEMS.values()]
    return _numbered(case, text), in_rows(choices, 2), ""


def _branch(case: Case, context: Context, rest: str) -> Put:
    question = branch_question(case, case.step)
    text = question.words(case.language).format(cat=cat_name(case, case.language))
    rows = in_rows([Choice(answer.value, answer.words(case.language)) for answer in question.choices], 2)
    first = case.step == branch(case)[0]
    skip = say(case.language, "Skip these questions") if first else say(case.language, "Skip the rest")
    return _numbered(case, text), [*rows, [Choice("skip", skip)]], ""


def _medicines(case: Case, context: Context, rest: str) -> Put:
    text = say(
        case.language,
        "Which medicines or special food is {cat} on, or was on lately? Write one with its strength, such as “Prednisolone 5 mg”; I ask for the rest.",
        cat=cat_name(case, case.language),
    )
    choices = [Choice("none", say(case.language, "None")), Choice("unknown", say(case.language, "I don't know"))]
    return _numbered(case, text), [choices], ""


def _medicine(case: Case, context: Context, rest: str) -> Put:
    text, rows = medicines.question(case, rest)
    return _numbered(case, text), rows, ""


def _question(case: Case, context: Context, rest: str) -> Put:
    language, asked = case.language, case.answers.get("question", "")
    count = len(asked.split("\n")) if asked else 0
    step = STEPS["question"]
    if not count or case.vet:
        words = PROFESSIONAL["question"] if case.vet else step.ask
        rows = [] if case.vet else [[Choice(value, say(language, sentence))] for value, sentence in step.choices]
        return _numbered(case, say(language, words)), rows, ""
    rows = [[Choice(v, say(language, s))] for v, s in step.choices if v not in asked.split("\n")]
    text = say(language, "Noted, question {n} of {most}. Another one?", n=count, most=MOST_QUESTIONS)
    if count >= MOST_QUESTIONS:
        rows, text = [], say(language, "{most} questions are noted, and that is the most.", most=MOST_QUESTIONS)
    rows.append([Choice("enough", say(language, "That is all"))])
    if case.back_to or count >= MOST_QUESTIONS:  # else there would be no way to take one back
        rows.append([Choice("anew", say(language, "Ask other questions instead"))])
    return _numbered(case, text), rows, ""


def _records(case: Case, context: Context, rest: str) -> Put:
    words = mark(
        "Now the records: lab reports, X-rays, ultrasound, letters from your vet. Send photos or files here, several at once is fine, up to 20 MB each. For larger files, whole folders or CDs use the button below. "
        "Please send pictures as “file” where you can, so that nothing is lost. Press “Done” when you have sent them all."
    )
    if case.vet:
        words = mark(
            "Now the records: laboratory reports, images, your notes, without the owner's name. Send photos or files here (up to 20 MB each; for larger ones and folders use the button below), "
            "pictures as “file” where you can. Press “Done” when you have sent them all."
        )
    text, asked = say(case.language, words), record_questions.question(case)
    if asked:
        text = f"{text}\n\n{asked[0]}"
    done = Choice("done", say(case.language, "Done"))
    later = Choice("none", say(case.language, "I have none at hand"))
    on = [
        [done] if case.records else [done, later],
        *record_questions.sort_row(case),
        [uploads.door(case)],
        *_worse(case),
    ]
    return _numbered(case, text), [*(asked[1] if asked else ()), *on], ""


def _worse(case: Case) -> Rows:
    return [] if case.vet else [[Choice("gate", say(case.language, "⚠ It is getting worse"))]]


def _checklist(case: Case, context: Context, rest: str) -> Put:
    text, rows = checklist_words.question(case, context.now.date())
    return _numbered(case, text), rows, ""


def _phone(case: Case, context: Context, rest: str) -> Put:
    text = say(
        case.language,
        "Which number may a doctor ring for the call? Share it with the button below the text field, or type it. It is given to that doctor only.",
    )
    rows = [[Choice("no_sms", say(case.language, "No number, write here only"))]]
    return _numbered(case, text), rows, say(case.language, "Share my phone number")


def _sms(case: Case, context: Context, rest: str) -> Put:
    text = f"{case.phone}\n\n{agreements.option('sms')[0].sentence(case.language)}"
    rows = [[Choice("yes", say(case.language, "Yes, by text too")), Choice("no", say(case.language, "No, only here"))]]
    return _numbered(case, text), rows, ""


def _summary(case: Case, context: Context, rest: str) -> Put:
    language = case.language
    head = say(language, "This is what the doctors will read. Is it right?")
    rows = [
        [Choice("submit", say(language, "Send to the doctors"))],
        [Choice("change", say(language, "Change something"))],
        *_worse(case),
    ]
    price = consultations.prices(case, context.clinic)
    return "\n\n".join((head, "\n".join(summary_lines(case, language)), price)), rows, ""


def _change(case: Case, context: Context, rest: str) -> Put:
    choices = [Choice(step, label(case, step, case.language)) for step in editable(case) if not step.startswith("ask:")]
    if not case.vet:  # too long for buttons each: they are gone through together
        choices.append(Choice(branch(case)[0], say(case.language, "Questions about the illness")))
    return say(case.language, "What would you like to change?"), in_rows(choices, 2), ""


_SPECIAL: dict[str, Callable[[Case, Context, str], Put]] = {
    "language": _language, "emergency": _emergency, "amber": _amber, "place": _place, "consent": _consent, "point": _point,
    "options": _options, "discipline": _discipline, "problem": _problem, "ask": _branch, "medicines": _medicines,
    "medicine": _medicine, "question": _question, "records": _records, "checklist": _checklist, "phone": _phone, "sms": _sms,
    "summary": _summary, "change": _change,
}  # fmt: skip
