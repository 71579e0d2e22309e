"""The doctors' side: the card is posted, one doctor takes the decision, gives the reason in a reply, and the owner is told.

The first press takes the word: a colleague who presses meanwhile is told who and since when. A press that was not followed by a
reason within TAKEN_FOR may be taken over.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from flows import (
    at_a_glance,
    attachments,
    case_page,
    emergency,
    fee,
    handover,
    opinion,
    reading,
    reasons,
    waiting,
    worth,
)
from flows.card import DECISIONS, card_again, card_buttons, card_text
from flows.case import ENDED, Case, Record, Status
from flows.context import Context, Decision
from flows.effects import Answer, Effect, Forget, Post, PostFile, Say, Wake
from flows.incoming import Posted, StaffPressed, StaffReplied
from flows.lifecycle import may_move, move
from flows.screens import Choice, show
from flows.summary import cat_name, instant
from flows.wording import LANGUAGES, say

TAKEN_FOR = timedelta(minutes=10)
SUPPLY_WITHIN = timedelta(days=60)
NEEDS = {"go": Status.REVIEW, "no_go": Status.REVIEW, "need_more": Status.REVIEW, "opinion": Status.BOOKED}
FILES = {f"file_{language.lower()}": language for language in LANGUAGES}  # a button for the case file in each


def staff_language(context: Context) -> str:
    """The group's language: the first in clinic.toml."""
    return context.clinic.languages[0]


# --- the card ---------------------------------------------------------------------------------------------------------
def topic_opened(case: Case, context: Context, topic: int) -> Decision:
    """The topic is there: the card follows, or the alarm if the case is an emergency. A draft is nobody's business yet."""
    reviewed = replace(case, review=replace(case.review, topic=topic))
    if case.status is Status.EMERGENCY:
        return Decision(reviewed, (emergency.staff_alarm(case, context, topic),))
    return new_round(reviewed, context) if case.status is Status.REVIEW else Decision(reviewed)


def new_round(case: Case, context: Context) -> Decision:
    """Posts a card with fresh buttons; those of earlier rounds no longer fit."""
    review = replace(
        case.review, round=case.review.round + 1, key=context.token, prompt=0, asked="", asked_by=0, ticked=()
    )
    opened = replace(case, review=replace(review, opened_at=context.now))
    language = staff_language(context)
    card = Post(card_text(opened, context.clinic, language), "card", review.topic, card_buttons(opened, language))
    file = _file(opened, context, language)
    return Decision(
        opened, (*_sheet(opened, language, opened.records), file, card, waiting.first(context, review.round))
    )


def news(case: Case, context: Context, fresh: Sequence[Record]) -> tuple[Effect, ...]:
    """Records that came after the card: it is brought up to date, and they follow it on a sheet of their own."""
    if not case.review.card or case.status in ENDED:
        return ()
    return (*card_again(case, context), *_sheet(case, staff_language(context), fresh))


def _sheet(case: Case, language: str, records: Sequence[Record]) -> tuple[Effect, ...]:
    """The pictures on sheets and the case file: messages of their own, so that the card stays text and can be edited."""
    shown = at_a_glance.sheets(at_a_glance.tiles(case, tuple(records), language))
    if not shown:
        return ()
    total = sum(worth.counts(record) for record in case.records)
    words = say(language, "Records of case {code}: {total} in all", code=case.code, total=total)
    if len(records) < len(case.records):
        words = say(
            language, "New records of case {code}: {n}, now {total} in all", code=case.code, n=len(records), total=total
        )
    titles = [words if len(shown) == 1 else f"{words} ({number}/{len(shown)})" for number in range(1, len(shown) + 1)]
    topic = case.review.topic
    return tuple(Post(title, "sheet", topic, sheet=sheet) for title, sheet in zip(titles, shown, strict=True))


def _file(case: Case, context: Context, language: str) -> PostFile:
    """The case file in one language, named by the round it belongs to."""
    at = instant(context.now, context.clinic.zone, language)
    words = say(language, "The case file of {code}, as of {at}", code=case.code, at=at)
    return PostFile(language, words, case.review.topic)


def posted(case: Case, message: Posted) -> Decision:
    """A card or prompt has its message id."""
    if message.role == "card":
        return Decision(replace(case, review=replace(case.review, card=message.message)))
    if message.role == "prompt":
        late = message.message <= case.review.former  # of a prompt that was replaced before its id was known
        return Decision(case if late else replace(case, review=replace(case.review, prompt=message.message)))
    return Decision(case)


# --- the decision -----------------------------------------------------------------------------------------------------
def pressed(case: Case, context: Context, press: StaffPressed) -> Decision:
    """A doctor pressed a button of a card."""
    language = staff_language(context)
    _, key, action = [*press.data.split("."), "", ""][:3]
    if action in FILES and case.status is not Status.INTAKE:
        soon = Answer(say(language, "It comes below in a moment."))
        return Decision(case, (_file(case, context, FILES[action]), soon))
    if action == case_page.ACTION:
        return case_page.asked(case, context, press)
    if key != case.review.key or NEEDS.get(reasons.needed(action) or action) is not case.status:
        return Decision(case, (Answer(_too_late(case, context), alert=True),))
    review = case.review
    taken = review.asked_by not in (0, press.person) and review.asked_at and context.now - review.asked_at < TAKEN_FOR
    if taken:
        words = say(
            language,
            "{doctor} has been writing the reason since {at}.",
            doctor=_who(context, review.asked_doctor),
            at=_at(review.asked_at or context.now, context),
        )
        return Decision(case, (Answer(words, alert=True),))
    if reasons.needed(action):
        return _from_list(case, context, press, action)
    hindered = _hindered(case, context, action)
    if hindered:
        return Decision(case, (Answer(hindered, alert=True),))
    if review.asked == action and review.asked_by == press.person:
        return Decision(case, (Answer(say(language, reasons.BELOW[action])),))
    return _ask(case, context, press, action)


def _ask(case: Case, context: Context, press: StaffPressed, action: str) -> Decision:
    """The word is taken: a prompt for the sentence, and on the card the short list of this decision."""
    language, review = staff_language(context), case.review
    former = max(review.former, review.prompt)
    asked = replace(
        review,
        former=former,
        asked=action,
        asked_by=press.person,
        asked_doctor=press.doctor,
        asked_at=context.now,
        prompt=0,
        ticked=(),
    )
    said = opinion.prompt(case, language) if action == "opinion" else ""
    words = said or say(language, reasons.PROMPTS[action], code=case.code)
    prompt = Post(words, "prompt", review.topic, mention=press.person)
    after = replace(case, review=asked)
    lists = () if reasons.rows(case, language) == reasons.rows(after, language) else card_again(after, context)
    return Decision(after, (prompt, *lists, Answer(say(language, reasons.BELOW[action]))))


def _from_list(case: Case, context: Context, press: StaffPressed, action: str) -> Decision:
    """A button of a short list: only who opened the list with the decision's own button goes on with it."""
    language, review = staff_language(context), case.review
    wanted = reasons.needed(action)
    if review.asked != wanted or review.asked_by != press.person:
        words = say(language, "Please press {decision} first.", decision=say(language, DECISIONS[wanted]))
        return Decision(case, (Answer(words, alert=True),))
    if action.startswith(reasons.GROUND):
        return _decide(case, context, wanted, press.doctor, "", action.removeprefix(reasons.GROUND))
    if action != reasons.ASK:
        after = reasons.ticked(case, action)
        return Decision(after, card_again(after, context))
    if not review.ticked:
        return Decision(case, (Answer(say(language, "Please tick at least one line."), alert=True),))
    return _decide(case, context, wanted, press.doctor, "")


def _hindered(case: Case, context: Context, action: str) -> str:
    """Why nobody can do this just now; "" when it can be done."""
    language = staff_language(context)
    if action == "go" and not context.clinic.takes_payments:
        return say(
            language,
            "Payments are not set up, so no case can be accepted yet. Please tell whoever looks after this service.",
        )
    return handover.too_early(case, context, language) if action == "opinion" else ""


def replied(case: Case, context: Context, reply: StaffReplied) -> Decision:
    """The reason, as a reply to the prompt. Only who was asked may answer, and only the prompt that is open."""
    language, review = staff_language(context), case.review
    # Message ids of one chat rise: what is not above the former prompt's was written to that one.
    wrong = reply.prompt != review.prompt if review.prompt else reply.prompt <= review.former
    stale = not review.asked or wrong or NEEDS[review.asked] is not case.status
    if stale:
        return Decision(case, (Post(_too_late(case, context), "note", review.topic),))
    if reply.person != review.asked_by:
        words = say(
            language,
            "Only {doctor} can answer this; press a button on the card to decide yourself.",
            doctor=_who(context, review.asked_doctor),
        )
        return Decision(case, (Post(words, "note", review.topic),))
    reason = reading.free_text(reply.text, longest=4096)  # a whole message: an opinion is never cut
    if reason is None:
        return Decision(
            case, (Post(say(language, "Please reply with a few words; the owner reads them."), "note", review.topic),)
        )
    return _decide(case, context, review.asked, reply.doctor, reason)


def _decide(case: Case, context: Context, action: str, doctor: str, reason: str, ground: str = "") -> Decision:
    trigger = "answer" if action == "opinion" else action
    wanted = case.review.ticked if action == "need_more" else ()
    moved, line = move(case, trigger, doctor, ground or " ".join(wanted))
    former = max(case.review.former, case.review.prompt)
    review = replace(case.review, former=former, prompt=0, asked="", asked_by=0, ticked=())
    if action != "opinion":
        review = replace(review, decision=action, decided_by=doctor, decided_at=context.now, reason=reason)
        review = replace(review, ground=ground, wanted=wanted)
    decided = replace(moved, review=review, opinion=reason if action == "opinion" else case.opinion)
    told = _TELL[action](decided, context)
    return Decision(told.case, (line, Forget("review"), *told.effects, *card_again(told.case, context)))


def _tell_no_go(case: Case, context: Context) -> Decision:
    language = case.language
    text = say(
        language,
        "The doctors have read everything about {cat} with care. We are sorry that they cannot give a recommendation that would help you. There is no fee.\n\n"
        "From {doctor}: {reason}\n\nThis is no reproach to you or your vet. Please keep in touch with your vet, who knows {cat} best.\n\n{emergency}",
        cat=cat_name(case, language), doctor=_who(context, case.review.decided_by), reason=reasons.to_owner(case), emergency=emergency.reminder(language),
    )  # fmt: skip
    return Decision(case, (Say(text),))


def _tell_need_more(case: Case, context: Context) -> Decision:
    language = case.language
    text = say(
        language,
        "{doctor} has read the case and needs a little more before deciding:\n\n{reason}\n\n"
        "Please send it here, then press the button. If you cannot get it, write that here; it is an answer too.\n\n{emergency}",
        doctor=_who(context, case.review.decided_by), reason=reasons.to_owner(case), emergency=emergency.reminder(language),
    )  # fmt: skip
    opened, message = show(case, context, text, [[Choice("supplied", say(language, "I have sent everything"))]])
    return Decision(opened, (message, Wake("lapse", context.now + SUPPLY_WITHIN)))


_TELL = {"go": fee.accepted, "no_go": _tell_no_go, "need_more": _tell_need_more, "opinion": handover.sent}


def supplied(case: Case, context: Context) -> Decision:
    """The owner has sent what was asked: back to the doctors with a new card."""
    if not may_move(case, "supply"):
        return Decision(case)
    moved, line = move(replace(case, screen="", options=()), "supply", "owner")
    fresh = new_round(moved, context)
    thanks = Say(say(case.language, "Thank you. The doctors are looking at it now; we will write to you here."))
    return Decision(fresh.case, (line, Forget("lapse"), thanks, *fresh.effects, *attachments.pending(moved, context)))


def _too_late(case: Case, context: Context) -> str:
    language, review = staff_language(context), case.review
    if review.decision and review.decided_at:
        return say(
            language, "Already decided: {decision}, by {doctor}, {at}.",
            decision=say(language, DECISIONS[review.decision]), doctor=_who(context, review.decided_by), at=_at(review.decided_at, context),
        )  # fmt: skip
    return say(language, "This card is no longer current.")


def _who(context: Context, key: str) -> str:
    doctor = context.clinic.doctor(key)
    return doctor.name if doctor else say(staff_language(context), "a colleague")


def _at(at: datetime, context: Context) -> str:
    return instant(at, context.clinic.zone, staff_language(context))
