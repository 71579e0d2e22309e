"""The card: what the doctors' group sees of a case. No owner's name, phone or address (pitfall 33)."""

from dataclasses import replace
from datetime import datetime, timedelta

from flows import call_words, case_page, consultations, lanes, opinion, reasons, team_words
from flows.brief import brief
from flows.case import ENDED, Case, Pending, Status
from flows.clinic import Clinic
from flows.context import Context, Decision
from flows.effects import Button, Buttons, EditCard, Effect, Post
from flows.reasons import DECISIONS as DECISIONS
from flows.summary import instant, short
from flows.wording import mark, say

LONGEST = 4096  # UTF-16 units of one Telegram message
STANDING = {
    Status.INTAKE: mark("being written"),
    Status.REVIEW: mark("waiting for a decision"),
    Status.MORE_NEEDED: mark("owner was asked for more"),
    Status.ACCEPTED: mark("accepted, waiting for payment"),
    Status.PAID: mark("paid, owner is choosing a time"),
    Status.BOOKED: mark("call booked"),
    Status.ANSWERED: mark("opinion sent"),
    Status.CLOSED: mark("closed"),
    Status.DECLINED: mark("declined"),
    Status.EMERGENCY: mark("emergency"),
    Status.WITHDRAWN: mark("withdrawn by the owner"),
    Status.EXPIRED: mark("expired"),
}
FILES = {"en": "English PDF", "zh_Hant": "中文 PDF"}  # each in its own language


def card_text(case: Case, clinic: Clinic, language: str) -> str:
    """The whole card, newest facts last. A card is edited and cannot be cut in two: where it is too long, every answer is cut shorter."""
    text = ""
    for share in (1.0, 0.7, 0.45, 0.25):
        text = _card(case, clinic, language, share)
        if len(text.encode("utf-16-le")) // 2 <= LONGEST:
            break
    return text


def _card(case: Case, clinic: Clinic, language: str, share: float) -> str:
    lines = [
        say(language, "Case {code} · {standing}", code=case.code, standing=say(language, STANDING[case.status])),
        *lanes.lines(case, clinic, language),
        *team_words.lines(case, clinic, language),
        *brief(case, language, share),
    ]
    limit = int(200 * share)
    lines += [say(language, "Note from the owner: {note}", note=short(note, limit)) for note in case.notes[-3:]]
    decided = _decided(case, clinic, language)
    if case.review.pending:
        decided += pending(case.review.pending, clinic, language)
    elif case.status is Status.REVIEW:  # the clinic's own question, which the buttons below answer
        decided.append(say(language, "Can we give an appropriate recommendation?"))
    return "\n".join([*lines, "", *decided] if decided else lines)


def _decided(case: Case, clinic: Clinic, language: str) -> list[str]:
    lines = []
    review = case.review
    if review.decision and review.decided_at:
        doctor = clinic.doctor(review.decided_by)
        what = say(language, DECISIONS[review.decision])
        lines.append(
            say(
                language,
                "{decision} by {doctor}, {at}: {reason}",
                decision=what,
                doctor=doctor.name if doctor else review.decided_by,
                at=instant(review.decided_at, clinic.zone, language),
                reason=reasons.on_one_line(review, language, 300),
            )
        )
    if advised := consultations.told(case, language):
        lines.append(advised)
    if case.call:
        doctor = clinic.doctor(case.call.doctor)
        sure = mark("Call: {at} with {doctor}, confirmed by the owner")
        words = say(
            language,
            sure if case.call.confirmed else mark("Call: {at} with {doctor}"),
            at=instant(case.call.starts_at, clinic.zone, language),
            doctor=doctor.name if doctor else case.call.doctor,
        )
        lines.append(words)
    return [*lines, *call_words.lines(case, clinic, language, 200), *opinion.standing(case, clinic, language)]


def pending(made: Pending, clinic: Clinic, language: str) -> list[str]:
    """What was decided and can still be undone."""
    doctor = clinic.doctor(made.doctor)
    return [
        say(
            language,
            "{decision} by {doctor}: {reason}\nThe owner hears of it at {at}.",
            decision=say(language, DECISIONS[made.decision]),
            doctor=doctor.name if doctor else made.doctor,
            reason=reasons.on_one_line(made, language, 300),
            at=instant(made.until, clinic.zone, language),
        )
    ]


def may_decide_anew(case: Case) -> bool:
    """Whether the last decision can be taken up again: it took effect, and no money has come or is on its way."""
    unpaid = case.payment.paid_at is None and case.payment.state in ("", "choosing", "opening", "open", "expired")
    decided = case.status in (Status.ACCEPTED, Status.DECLINED, Status.MORE_NEEDED)
    return decided and unpaid and case.review.decision in DECISIONS


def card_buttons(case: Case, language: str, clinic: Clinic) -> Buttons:
    """Go, no-go, need more while a decision is due, below them the short list of the one that was pressed; the opinion while a call is booked; the case page and the case file in each language at any time."""
    page = (case_page.button(case, language), *team_words.row(case, language))
    files = tuple(_button(case, f"file_{one.lower()}", f"📄 {name}") for one, name in FILES.items())
    urgent = (_button(case, "emergency", say(language, "🚨 Emergency: act now")),)
    if case.review.pending:
        return ((_button(case, "undo", say(language, "↩ Undo")),), urgent, page, files)
    if case.status is Status.REVIEW:
        return (
            (_button(case, "go", say(language, "Go")), _button(case, "no_go", say(language, "No-go"))),
            (_button(case, "need_more", say(language, "Need more")), lanes.button(case, language)),
            *(
                (_button(case, action, words),)
                for action, words in (*consultations.rows(case, clinic, language), *reasons.rows(case, language))
            ),
            urgent,
            page,
            files,
        )
    anew = ((_button(case, "anew", say(language, "Decide anew")),),) if may_decide_anew(case) else ()
    if case.status is Status.MORE_NEEDED:
        return (*anew, urgent, page, files)
    if case.status in (Status.PAID, Status.BOOKED):
        write = (_button(case, "opinion", say(language, "Write the opinion")),)
        return (*((write,) if call_words.opinion_fits(case) else ()), _off(case, language), page, files)
    return (*anew, page, files)


def _off(case: Case, language: str) -> tuple[Button, ...]:
    return (_button(case, "call_off", say(language, "No opinion possible after all")),)


def _button(case: Case, action: str, words: str) -> Button:
    return Button(words, data=f"{case.code}.{case.review.key}.{action}")


def card_again(case: Case, context: Context) -> tuple[Effect, ...]:
    """The card brought up to date; nothing while it was not posted yet."""
    if not case.review.card:
        return ()
    language = context.clinic.languages[0]
    return (
        EditCard(
            case.review.card, card_text(case, context.clinic, language), card_buttons(case, language, context.clinic)
        ),
    )


def card_anew(case: Case, context: Context) -> Decision:
    """The card is gone, with its topic or without: it is posted once more with the same buttons, so that the case can still be decided."""
    if not case.review.card or case.status in ENDED:
        return Decision(case)
    language = context.clinic.languages[0]
    lost = replace(case, review=replace(case.review, card=0))  # until the new one has its number, no edit goes astray
    text, buttons = card_text(lost, context.clinic, language), card_buttons(lost, language, context.clinic)
    return Decision(lost, (Post(text, "card", case.review.topic, buttons),))


def queue_line(case: Case, now: datetime, language: str) -> str:
    """A case on one line of /queue: code, standing, age, cat."""
    hours = (now - (case.submitted_at or case.created_at)) // timedelta(hours=1)
    age = say(language, "{n} d", n=hours // 24) if hours >= 48 else say(language, "{n} h", n=hours)
    code = f"{lanes.MARK} {case.code}" if case.status is Status.REVIEW and lanes.urgent(case) else case.code
    return " · ".join((code, say(language, STANDING[case.status]), age, case.answers.get("cat_name") or "–"))
