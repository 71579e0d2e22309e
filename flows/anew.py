"""A decision that took effect is taken up again, with a reason, as long as nothing was paid: audited, the open link closed, the owner told.

A payment that arrives all the same is money that fits no open fee (``flows.fee``): the staff decides, and nothing is lost.
"""

from dataclasses import replace

from flows import emergency, fee
from flows.card import DECISIONS, may_decide_anew
from flows.case import Case, Status
from flows.context import Context, Decision
from flows.effects import Forget, Post, Say
from flows.lifecycle import move
from flows.rounds import doctor_name, new_round, staff_language
from flows.summary import cat_name
from flows.wording import mark, say

ACTION = "anew"
PROMPT = mark(
    "Case {code}: decide anew. Please reply to this message with the reason. It stays in the history; the owner is told that you look once more, and reads the reason only in a copy of her data."
)
TOLD = {
    Status.ACCEPTED: mark(
        "The doctors want to look at {cat}'s case once more before you pay. Your payment link is closed now; please do not pay. Should a payment of yours be under way already, nothing is lost: the clinic looks into it. We write to you here as soon as they have decided anew.\n\n{emergency}"
    ),
    Status.DECLINED: mark(
        "The doctors look at {cat}'s case once more; what we wrote to you before is open again. There is nothing you have to do. We write to you here as soon as they have decided anew.\n\n{emergency}"
    ),
    Status.MORE_NEEDED: mark(
        "The doctors look at {cat}'s case once more with what is here already; you need not send anything for now. We write to you here as soon as they have decided.\n\n{emergency}"
    ),
}


def fits(case: Case) -> bool:
    """Whether the last decision can be taken up again."""
    return may_decide_anew(case)


def reopened(case: Case, context: Context, doctor: str, reason: str) -> Decision:
    """In review again, with a fresh card; who did it and why stands in the history and in the group."""
    before, language = case.review, case.language
    undecided = replace(before, decision="", decided_by="", decided_at=None, reason="", ground="", wanted=())
    undecided = replace(undecided, former=max(before.former, before.prompt))
    payment = replace(case.payment, state="expired", url="") if case.payment.attempt else case.payment
    cleared = replace(case, review=undecided, payment=payment, screen="", options=())
    moved, line = move(cleared, "decide_anew", doctor, reason)
    fresh = new_round(moved, context)
    text = say(language, TOLD[case.status], cat=cat_name(case, language), emergency=emergency.reminder(language))
    over = (line, Forget("lapse"), *fee.ended(case, fresh.case, context), Say(text))
    return Decision(fresh.case, (*over, _note(case, context, doctor, reason), *fresh.effects))


def _note(case: Case, context: Context, doctor: str, reason: str) -> Post:
    language, before = staff_language(context), case.review
    words = say(
        language, "Case {code}: {colleague} takes up again what {doctor} decided ({decision}). The reason: {reason}",
        code=case.code, colleague=doctor_name(context, doctor), doctor=doctor_name(context, before.decided_by),
        decision=say(language, DECISIONS[before.decision]), reason=reason,
    )  # fmt: skip
    return Post(words, "note", case.review.topic)
