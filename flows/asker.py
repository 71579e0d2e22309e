"""The doctor who asks colleagues: a discipline by button, one narrow question by reply, how long it may take, and whether it is read blind."""

from flows import adviser, inquiries, reading
from flows import inquiry_words as words
from flows.case import Case
from flows.clinic import Clinic
from flows.context import Context, Decision
from flows.effects import Answer, Buttons, Effect, Noted, Post
from flows.incoming import StaffPressed, StaffReplied
from flows.inquiries import READS, ROLE, UNSEEN, numbered, with_
from flows.team import Inquiry
from flows.team_words import WORKING, answered, button, short_key
from flows.wording import mark, say

ASK, VIEWS = "ask", "views"
HOURS = (12, 24, 48)
LONGEST = 600  # characters of a question: a narrow one is shorter
PROMPT = mark("Case {code}: please reply to this message with one narrow question to a colleague of {discipline}. One question, one answer; at most {n} characters.")  # fmt: skip
FEWER = mark("Please reply with one narrow question of at most {n} characters; yours has {length}.")
SENT = mark("Case {code}: {doctor} ({discipline}) is asked: “{question}” Without a yes by {at} the next colleague is asked. The answer is due within {n} hours of the yes, and the case is read blind first. You can change both:")  # fmt: skip
TOO_LATE = mark("That can no longer be changed.")


def pressed(case: Case, context: Context, press: StaffPressed, action: str) -> Decision | None:
    """A button of the group's; None for every other one."""
    if action == VIEWS:
        return _views(case, context)
    kind, _, what = action.partition("_")
    if kind != ASK and not (kind.startswith("q") and kind[1:].isdecimal()):
        return None
    if case.status not in WORKING:
        return answered(case, context, mark("This card is no longer current."))
    if not inquiries.may_ask(case, press.doctor):
        leads = words.name(context.clinic, case.team.lead, context.clinic.languages[0])
        return answered(case, context, mark("{doctor} leads this case and asks the colleagues."), doctor=leads)
    if kind != ASK:
        return _changed(case, context, press.doctor, kind[1:], what)
    if not what:
        return _disciplines(case, context, press.doctor)
    meant = next((one for one in inquiries.disciplines(context.clinic, press.doctor) if short_key(one) == what), None)
    return _begin(case, context, press, meant) if meant else answered(case, context, mark("This button is no longer in use."))  # fmt: skip


def rows(case: Case, clinic: Clinic, language: str) -> Buttons:
    """In the menu of everything that doctors do among themselves."""
    return ((button(case, ASK, say(language, "Ask a colleague")),),) if len(clinic.doctors) > 1 else ()


def _disciplines(case: Case, context: Context, doctor: str) -> Decision:
    language = context.clinic.languages[0]
    found = inquiries.disciplines(context.clinic, doctor)
    if not found:
        return answered(case, context, mark("There is no other doctor to be asked."))
    text = say(language, "Case {code}: a colleague of which discipline?", code=case.code)
    keys = tuple((button(case, f"{ASK}_{short_key(one)}", one),) for one in found)
    return Decision(case, (Post(text, "note", case.review.topic, keys), Answer(say(language, "Please choose below."))))


def _begin(case: Case, context: Context, press: StaffPressed, discipline: str) -> Decision:
    """Asked for the question; pressed twice it is the same inquiry with a second request."""
    known = (one for one in case.team.inquiries if (one.by, one.discipline, one.state) == (press.doctor, discipline, "writing"))  # fmt: skip
    one = next(known, Inquiry(len(case.team.inquiries) + 1, discipline, press.doctor))
    language = context.clinic.languages[0]
    text = say(language, PROMPT, code=case.code, discipline=discipline, n=LONGEST)
    prompt = Post(text, f"{ROLE}.{one.number}", case.review.topic, mention=press.person)
    return Decision(with_(case, one), (prompt, Answer(say(language, "Please reply below with the question."))))


def replied(case: Case, context: Context, reply: StaffReplied) -> Decision:
    """The question itself, from who was asked for it."""
    one, language = numbered(case, reply.role.partition(".")[2]), context.clinic.languages[0]
    if one is None or one.state != "writing" or case.status not in WORKING:
        return answered(case, context, mark("This question can no longer be asked; “👥 Colleagues” on the card begins another."))  # fmt: skip
    if one.by != reply.doctor:
        only = mark("Only {doctor} can answer this; press “👥 Colleagues” on the card to ask a colleague yourself.")
        return answered(case, context, only, doctor=words.name(context.clinic, one.by, language))
    text = reading.free_text(reply.text)
    if text is None or len(text) > LONGEST:
        return answered(case, context, FEWER, n=LONGEST, length=len(text or ""))
    asked = with_(case, one, question=text)
    found = adviser.offer(asked, context, numbered(asked, str(one.number)) or one)
    return Decision(found.case, (*found.effects, *_sent(found.case, context, numbered(found.case, str(one.number)))))


def _sent(case: Case, context: Context, one: Inquiry | None) -> tuple[Effect, ...]:
    """Who is asked, with the two things that can still be changed; nothing where nobody could be asked."""
    if one is None or one.state != "offered":
        return ()
    language = context.clinic.languages[0]
    at = words.clock(one, context.clinic, language)
    who = words.name(context.clinic, one.doctor, language)
    text = say(
        language, SENT, code=case.code, doctor=who, discipline=one.discipline, question=one.question, at=at, n=one.hours
    )
    hours = tuple(button(case, f"q{one.number}_h{n}", say(language, "{n} h", n=n)) for n in HOURS)
    shown = button(case, f"q{one.number}_open", say(language, "Show everything from the beginning"))
    return (Post(text, "note", case.review.topic, (hours, (shown,))),)


def _changed(case: Case, context: Context, doctor: str, number: str, what: str) -> Decision:
    """The deadline, until the colleague has accepted; the blind first read, until her view is noted."""
    one, language = numbered(case, number), context.clinic.languages[0]
    hours = next((n for n in HOURS if what == f"h{n}"), 0)
    if one is None or (not hours and what != "open") or one.state not in (("offered",) if hours else UNSEEN):
        return answered(case, context, TOO_LATE)
    line = Noted("inquiry", doctor, f"{number} {what}")
    if hours:
        said = Answer(say(language, "The answer is due within {n} hours of the yes.", n=hours))
        return Decision(with_(case, one, hours=hours), (line, said))
    after, said = with_(case, one, shown=True), Answer(say(language, "Everything is shown from now on."))
    reader = context.clinic.doctor(one.doctor)
    told = (adviser.everything(after, context, reader),) if reader and one.state in READS and not one.shown else ()
    return Decision(after, (line, *told, said))


def _views(case: Case, context: Context) -> Decision:
    """All of them in the topic, side by side."""
    found, language = inquiries.answered(case), context.clinic.languages[0]
    if not found:
        return answered(case, context, mark("There are no views of colleagues yet."))
    text = words.side_by_side(case, context.clinic, language, found)
    return Decision(case, (Post(text, "note", case.review.topic), Answer(say(language, "They stand below."))))
