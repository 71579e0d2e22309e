"""A case that ends by the clock: nothing was heard for a long time, or the days for questions are over."""

from dataclasses import replace

from flows import fee, refunds
from flows.asking import DRAFT_LIVES
from flows.card import card_again
from flows.case import Case, Status
from flows.context import Context, Decision
from flows.effects import Say, Wake
from flows.lifecycle import may_move, move
from flows.standing import WHERE
from flows.summary import cat_name
from flows.wording import say


def lapse(case: Case, context: Context) -> Decision:
    """Nothing was heard for a long time."""
    if not may_move(case, "lapse"):
        return Decision(case)
    if case.status is Status.INTAKE and context.now < case.updated_at + DRAFT_LIVES:
        return Decision(case, (Wake("lapse", case.updated_at + DRAFT_LIVES),))
    moved, line = move(replace(case, step="", screen="", options=()), "lapse", "clock")
    words = say(case.language, WHERE[Status.EXPIRED], code=case.code, cat=cat_name(case, case.language))
    back = refunds.told(moved, context.ledger, case.language)
    told = Say(f"{words}\n\n{back}" if back else words)
    return Decision(moved, (line, told, *fee.ended(case, moved, context), *card_again(moved, context)))


def close(case: Case, context: Context) -> Decision:
    """The seven days for questions are over."""
    if not may_move(case, "close"):
        return Decision(case)
    moved, line = move(case, "close", "clock")
    words = Say(say(case.language, WHERE[Status.CLOSED], code=case.code, cat=cat_name(case, case.language)))
    return Decision(moved, (line, words, *card_again(moved, context)))
