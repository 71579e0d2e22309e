"""The doctors' side: the card is posted, one doctor takes the decision, gives the reason in a reply, and it stands; what the owner is told is in
``flows.decided``.

The first press takes the word: a colleague who presses meanwhile is told who and since when. A press that was not followed by a
reason within TAKEN_FOR may be taken over. What was decided can be undone for a while (``flows.undo``).
"""

from dataclasses import replace
from datetime import timedelta

from flows import (
    anew,
    attachments,
    call_words,
    case_page,
    consultations,
    handover,
    inquiry_words,
    opinion,
    reading,
    reasons,
    second_reader,
    sent_on,
    undo,
)
from flows.card import card_again, card_buttons
from flows.case import Case, Status
from flows.context import Context, Decision
from flows.effects import Answer, Forget, Post, Say
from flows.incoming import StaffPressed, StaffReplied
from flows.lifecycle import may_move, move
from flows.prompts import asked_of
from flows.rounds import case_file, clinic_time, doctor_name
from flows.rounds import new_round as new_round
from flows.rounds import news as news
from flows.rounds import posted as posted
from flows.rounds import staff_language as staff_language
from flows.rounds import topic_opened as topic_opened
from flows.wording import LANGUAGES, mark, say

TAKEN_FOR = timedelta(minutes=10)
NEEDS = {**dict.fromkeys(reasons.DECISIONS, Status.REVIEW), "opinion": Status.BOOKED}
FILES = {f"file_{language.lower()}": language for language in LANGUAGES}  # a button for the case file in each


def pressed(case: Case, context: Context, press: StaffPressed) -> Decision:
    """A doctor pressed a button of a card."""
    language = staff_language(context)
    _, key, action = [*press.data.split("."), "", ""][:3]
    if action in FILES and case.status is not Status.INTAKE:
        soon = Answer(say(language, "It comes below in a moment."))
        return Decision(case, (case_file(case, context, FILES[action]), soon))
    if action == case_page.ACTION:
        return case_page.asked(case, context, press)
    if action == undo.ACTION and key == case.review.key and case.review.pending:
        return undo.pressed(case, context, press)
    sent = sent_on.pressed(case, context, press)
    if sent is not None:
        return sent
    if case.review.pending or key != case.review.key or not _fits(case, reasons.needed(action) or action):
        return Decision(case, (Answer(_too_late(case, context), alert=True),))
    review = case.review
    taken = review.asked_by not in (0, press.person) and review.asked_at and context.now - review.asked_at < TAKEN_FOR
    if taken:
        words = say(
            language,
            "{doctor} has been writing the reason since {at}.",
            doctor=doctor_name(context, review.asked_doctor),
            at=clinic_time(review.asked_at or context.now, context),
        )
        return Decision(case, (Answer(words, alert=True),))
    if reasons.needed(action) and review.asked != action:
        return _from_list(case, context, press, action)
    hindered = _hindered(case, context, action)
    if hindered:
        return Decision(case, (Answer(hindered, alert=True),))
    if review.asked == action and review.asked_by == press.person:
        return Decision(case, (Answer(say(language, reasons.BELOW[action])),))
    return _ask(case, context, press, action)


def _fits(case: Case, action: str) -> bool:
    """Whether this can be decided where the case stands."""
    if action == "opinion" and call_words.opinion_fits(case):
        return True
    return anew.fits(case) if action == anew.ACTION else NEEDS.get(action) is case.status


def _ask(case: Case, context: Context, press: StaffPressed, action: str) -> Decision:
    """The word is taken: a prompt for the sentence, and on the card the short list of this decision."""
    language = staff_language(context)
    views = inquiry_words.notes(case, context.clinic, language)
    said = views + opinion.prompt(case, language) if action == "opinion" else ""
    after = consultations.asked_for(asked_of(case, context, press, action), context.clinic, action)
    words = said or say(language, {**reasons.PROMPTS, anew.ACTION: anew.PROMPT}[action], code=case.code)
    choice = consultations.prompted(after, context.clinic, language)
    prompt = Post(words + choice, "prompt", case.review.topic, mention=press.person)
    same = card_buttons(case, language, context.clinic) == card_buttons(after, language, context.clinic)
    lists = () if same else card_again(after, context)
    return Decision(after, (prompt, *lists, Answer(say(language, reasons.BELOW[action]))))


def _from_list(case: Case, context: Context, press: StaffPressed, action: str) -> Decision:
    """A button of a short list: only who opened the list with the decision's own button goes on with it."""
    language, review = staff_language(context), case.review
    wanted = reasons.needed(action)
    if review.asked != wanted or review.asked_by != press.person:
        words = say(language, "Please press {decision} first.", decision=say(language, reasons.DECISIONS[wanted]))
        return Decision(case, (Answer(words, alert=True),))
    if wanted == "go":
        after = consultations.chosen(case, context.clinic, action)
        return Decision(after, card_again(after, context))
    if action.startswith(reasons.GROUND):
        return undo.decided(case, context, wanted, press.doctor, "", action.removeprefix(reasons.GROUND))
    if action == reasons.TEST:
        return _ask(case, context, press, action)
    if action.startswith(reasons.TICK):
        after = reasons.ticked(case, action)
        return Decision(after, card_again(after, context))
    if action == reasons.MISSING:
        case = replace(case, review=replace(review, ticked=reasons.missing(case)))
    if not case.review.ticked:
        return Decision(case, (Answer(say(language, "Please tick at least one line."), alert=True),))
    return undo.decided(case, context, wanted, press.doctor, "")


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
    if not review.asked or wrong or not _fits(case, second_reader.asked_for(review.asked)):
        return Decision(case, (Post(_too_late(case, context), "note", review.topic),))
    if reply.person != review.asked_by:
        only = say(
            language,
            "Only {doctor} can answer this; press a button on the card to decide yourself.",
            doctor=doctor_name(context, review.asked_doctor),
        )
        return Decision(case, (Post(only, "note", review.topic),))
    reason = reading.free_text(reply.text, longest=4096)  # a whole message: an opinion is never cut
    if reason is None:
        words = mark("Please reply with a few words; the owner reads them.")
        if review.asked == anew.ACTION:
            words = mark("Please reply with a few words: why is it decided anew?")
        return Decision(case, (Post(say(language, words), "note", review.topic),))
    if review.asked == anew.ACTION:
        return anew.reopened(case, context, reply.doctor, reason)
    if review.asked == "opinion":
        return second_reader.written(case, context, reply.doctor, reason)
    if review.asked == second_reader.SEND_BACK:
        return second_reader.sent_back(case, context, reply.doctor, reason)
    return undo.decided(case, context, review.asked, reply.doctor, reason)


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
    if review.pending:
        return undo.still(review.pending, context)
    if review.decision and review.decided_at:
        return say(
            language, "Already decided: {decision}, by {doctor}, {at}.",
            decision=say(language, reasons.DECISIONS[review.decision]), doctor=doctor_name(context, review.decided_by), at=clinic_time(review.decided_at, context),
        )  # fmt: skip
    return say(language, "This card is no longer current.")
