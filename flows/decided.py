"""A decision takes effect: the case moves, and only now is the owner told, in her language and with the doctor's own reason."""

from dataclasses import replace
from datetime import timedelta

from flows import consultations, emergency, fee, handover, reasons
from flows.card import card_again
from flows.case import Case, Pending
from flows.context import Context, Decision
from flows.effects import Forget, Release, Say, Wake
from flows.lifecycle import move
from flows.rounds import doctor_name
from flows.screens import Choice, show
from flows.summary import cat_name
from flows.wording import say

SUPPLY_WITHIN = timedelta(days=60)


def take_effect(case: Case, context: Context, made: Pending) -> Decision:
    """Go, no-go or need more, as a doctor decided it; the history names her, whoever or whatever carries it out."""
    test = made.decision == reasons.TEST  # a need more of its own kind: the same status, other words
    kind = consultations.noted(case) if made.decision == "go" else ""
    detail = reasons.TEST if test else made.ground or " ".join(made.wanted) or kind
    moved, line = move(case, "need_more" if test else made.decision, made.doctor, detail)
    review = replace(moved.review, decision=made.decision, decided_by=made.doctor, decided_at=made.at)
    review = replace(review, reason=made.reason, ground=made.ground, wanted=made.wanted)
    told = _TELL[made.decision](replace(moved, review=review), context)
    return Decision(told.case, (line, Forget("review"), *told.effects, *card_again(told.case, context)))


def answered(case: Case, context: Context, doctor: str, opinion: str, reader: str = "") -> Decision:
    """The written opinion goes to the owner; ``reader``: who read it before, beside the doctor who wrote it."""
    moved, line = move(case, "answer", doctor, reader)
    # Written without a call: nobody chooses a time any more.
    freed = (Release(), Forget("hold")) if case.call is None else ()
    told = handover.sent(replace(moved, opinion=opinion, offer=None), context)
    return Decision(told.case, (line, Forget("review"), *freed, *told.effects, *card_again(told.case, context)))


def _tell_no_go(case: Case, context: Context) -> Decision:
    language = case.language
    text = say(
        language,
        "The doctors have read everything about {cat} with care. We are sorry that they cannot give a recommendation that would help you. There is no fee.\n\n"
        "From {doctor}: {reason}\n\nThis is no reproach to you or your vet. Please keep in touch with your vet, who knows {cat} best.\n\n{emergency}",
        cat=cat_name(case, language), doctor=doctor_name(context, case.review.decided_by), reason=reasons.to_owner(case), emergency=emergency.reminder(language),
    )  # fmt: skip
    return Decision(case, (Say(text),))


def _tell_need_more(case: Case, context: Context) -> Decision:
    language = case.language
    text = say(
        language,
        "{doctor} has read the case and needs a little more before deciding:\n\n{reason}\n\n"
        "Please send it here, then press the button. If you cannot get it, write that here; it is an answer too.\n\n{emergency}",
        doctor=doctor_name(context, case.review.decided_by), reason=reasons.to_owner(case), emergency=emergency.reminder(language),
    )  # fmt: skip
    return _asked_for(case, context, text)


def _tell_test_first(case: Case, context: Context) -> Decision:
    """Her own vet has the last word on the test: that vet knows whether the cat can bear it."""
    language = case.language
    text = say(
        language,
        "{doctor} has read everything about {cat} with care. Before deciding, the doctors would first want one test, because its result changes what can be advised:\n\n{reason}\n\n"
        "Please ask your own vet, who knows {cat} best, whether this test makes sense now and what it would mean for {cat}. "
        "When you have the result, send it here as a photo or file, then press the button. If it is not done, write that here; it is an answer too.\n\n{emergency}",
        doctor=doctor_name(context, case.review.decided_by), cat=cat_name(case, language), reason=reasons.to_owner(case), emergency=emergency.reminder(language),
    )  # fmt: skip
    return _asked_for(case, context, text)


def _asked_for(case: Case, context: Context, text: str) -> Decision:
    """The owner has the next word: a button for when everything is here, and a long time."""
    opened, message = show(case, context, text, [[Choice("supplied", say(case.language, "I have sent everything"))]])
    return Decision(opened, (message, Wake("lapse", context.now + SUPPLY_WITHIN)))


_TELL = {"go": fee.accepted, "no_go": _tell_no_go, "need_more": _tell_need_more, reasons.TEST: _tell_test_first}
