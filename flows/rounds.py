"""The doctors' side as messages: the card of a round with its sheets and its case file, and the same card brought up to date."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flows import at_a_glance, emergency, lanes, waiting, worth
from flows.card import card_again, card_buttons, card_text
from flows.case import ENDED, Case, Record, Status
from flows.context import Context, Decision
from flows.effects import Effect, Post, PostFile
from flows.incoming import Posted
from flows.promise import Promise
from flows.summary import instant
from flows.wording import say


def staff_language(context: Context) -> str:
    """The group's language: the first in clinic.toml."""
    return context.clinic.languages[0]


def doctor_name(context: Context, key: str) -> str:
    """A doctor as the group reads her; somebody who is no longer in clinic.toml has no name."""
    doctor = context.clinic.doctor(key)
    return doctor.name if doctor else say(staff_language(context), "a colleague")


def clinic_time(at: datetime, context: Context) -> str:
    """An instant as the group reads it."""
    return instant(at, context.clinic.zone, staff_language(context))


def topic_opened(case: Case, context: Context, topic: int) -> Decision:
    """The topic is there: the card follows, or the alarm if the case is an emergency. A draft is nobody's business yet."""
    reviewed = replace(case, review=replace(case.review, topic=topic))
    if case.status is Status.EMERGENCY:
        return Decision(reviewed, (emergency.staff_alarm(case, context, topic),))
    return new_round(reviewed, context) if case.status is Status.REVIEW else Decision(reviewed)


def new_round(case: Case, context: Context) -> Decision:
    """Posts a card with fresh buttons; those of earlier rounds no longer fit."""
    review = replace(
        case.review,
        round=case.review.round + 1,
        key=context.token,
        prompt=0,
        asked="",
        asked_by=0,
        ticked=(),
        pending=None,
    )
    promise = Promise(lanes.told_hours(case, context.clinic), lane=case.review.promise.lane)
    opened = replace(case, review=replace(review, opened_at=context.now, promise=promise))
    language = staff_language(context)
    text, buttons = card_text(opened, context.clinic, language), card_buttons(opened, language, context.clinic)
    card = Post(text, "card", review.topic, buttons)
    file = case_file(opened, context, language)
    return Decision(opened, (*_sheet(opened, language, opened.records), file, card, waiting.begins(opened, context)))


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


def case_file(case: Case, context: Context, language: str) -> PostFile:
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
