"""Two lanes: which one a case is in, what its owner is told, how its reminders come, and who is on call then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.rehearsal.clinic import LIN, SATO, WEBER, clinic
from flows import effects as fx
from flows import incoming as come
from flows import lanes, waiting
from flows.card import card_text, queue_line
from flows.case import Case, Status, case_from
from flows.clinic import Clinic
from flows.context import Context, Decision, Roster, Span
from flows.decide import decide
from flows.duty import on_call, plan, words
from flows.review import new_round
from tests.builders import NOON, a_case

HOUSE = replace(clinic((LIN, WEBER, SATO)), urgent_review_hours=4)
HOUR = timedelta(hours=1)


def context(at: datetime = NOON, house: Clinic = HOUSE, *said: Span, away: tuple[Span, ...] = ()) -> Context:
    return Context(at, house, "token123", duty=Roster(said, away))


def sent(house: Clinic = HOUSE, **changes: object) -> tuple[Case, fx.Wake]:
    """A case whose card is posted, and its first reminder."""
    case = a_case(status=Status.REVIEW, submitted_at=NOON, **changes)
    opened = new_round(case, context(house=house))
    wake = next(e for e in opened.effects if isinstance(e, fx.Wake))
    return replace(opened.case, review=replace(opened.case.review, card=40)), wake


def rings(case: Case, wake: fx.Wake, count: int, house: Clinic = HOUSE) -> list[tuple[float, Decision]]:
    """The next reminders: hours after the beginning, and what each does."""
    found = []
    for _ in range(count):
        decision = decide(case, come.Due("review", wake.key), context(wake.at, house))
        found.append(((wake.at - NOON) / HOUR, decision))
        case, wake = decision.case, next(e for e in decision.effects if isinstance(e, fx.Wake))
    return found


def kinds(decision: Decision, kind: type) -> list[fx.Effect]:
    return [effect for effect in decision.effects if isinstance(effect, kind)]


URGENT = [{"answers": {"due": "day"}}, {"amber": ("A1",)}, {"red": ("R1",), "called_safe": {}}, {"alarm": ("R1",)}]
NORMAL = [{}, {"answers": {"due": "week"}}, {"red": ("R1",), "called_safe": {"R1": NOON}}]


@pytest.mark.parametrize("changes", URGENT)
def test_what_the_owner_says_makes_a_case_urgent(changes: dict[str, object]) -> None:
    case, wake = sent(**changes)
    assert lanes.urgent(case)
    assert waiting.promised_by(case, context()) == NOON + 4 * HOUR
    assert wake.at == NOON + 2 * HOUR
    assert "⏩" in card_text(case, HOUSE, "en").splitlines()[1]
    assert queue_line(case, NOON, "en").startswith("⏩ ")


@pytest.mark.parametrize("changes", NORMAL)
def test_all_others_are_not(changes: dict[str, object]) -> None:
    case, wake = sent(**changes)
    assert not lanes.urgent(case)
    assert waiting.promised_by(case, context()) == NOON + 24 * HOUR
    assert wake.at == NOON + 12 * HOUR
    assert "⏩" not in card_text(case, HOUSE, "en") + queue_line(case, NOON, "en")


def test_an_urgent_case_is_asked_for_at_half_its_time_at_its_end_and_then_ever_more_rarely() -> None:
    case, wake = sent(answers={"due": "day"})
    found = rings(case, wake, 7)
    assert [hours for hours, _ in found] == [2, 4, 8, 16, 32, 64, 112]
    assert [bool(kinds(decision, fx.Say)) for _, decision in found] == [False, True, *[False] * 5]


def test_where_the_clinic_names_no_time_the_owner_is_told_the_usual_one_and_only_the_doctors_hear_sooner() -> None:
    """Never a promise that nobody made; her own time still has its reminder."""
    usual = replace(HOUSE, urgent_review_hours=0)
    case, wake = sent(usual, answers={"due": "day"})
    found = rings(case, wake, 6, usual)
    assert [hours for hours, _ in found] == [2, 4, 8, 16, 24, 56]
    assert [bool(kinds(decision, fx.Say)) for _, decision in found] == [False, False, False, False, True, False]


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
@pytest.mark.parametrize(("due", "hours"), [("day", "4"), ("none", "24")])
def test_the_owner_is_told_the_time_that_is_kept(language: str, due: str, hours: str) -> None:
    """What she reads when she sends her case, and what her case keeps, are one number."""
    case = a_case(
        language=language, step="summary", screen="s", options=("submit",), answers={"due": due, "cat_name": "Tofu"}
    )
    submitted = decide(case, come.Pressed("s.0"), context())
    assert submitted.case.status is Status.REVIEW
    (said,) = [e.text for e in kinds(submitted, fx.Say) if isinstance(e, fx.Say)]
    assert f" {hours} " in said
    opened = decide(submitted.case, come.TopicOpened(7), context()).case
    assert opened.review.promise.hours == int(hours)


def press(case: Case, action: str, at: datetime = NOON, doctor: str = "lin") -> Decision:
    return decide(case, come.StaffPressed(doctor, 9001, f"{case.code}.{case.review.key}.{action}"), context(at))


def test_a_doctors_word_moves_the_reminders_and_leaves_what_the_owner_was_told() -> None:
    case, _ = sent()
    marked = press(case, "urgent", NOON + 3 * HOUR)
    assert lanes.urgent(marked.case)
    assert waiting.promised_by(marked.case, context()) == NOON + 24 * HOUR
    assert kinds(marked, fx.Forget) == [fx.Forget("review")]
    (wake,) = kinds(marked, fx.Wake)
    assert isinstance(wake, fx.Wake)
    assert [hours for hours, _ in rings(marked.case, wake, 5)] == [5, 7, 11, 19, 24]  # hers comes in any case
    assert kinds(marked, fx.Noted) == [fx.Noted("lane", "lin", "urgent")]
    back = press(marked.case, "not_urgent", NOON + 4 * HOUR)
    (wake,) = kinds(back, fx.Wake)
    assert isinstance(wake, fx.Wake)
    assert [hours for hours, _ in rings(back.case, wake, 2)] == [16, 24]
    assert not lanes.urgent(back.case)


def test_a_doctor_may_say_that_an_urgent_case_is_not_and_the_owner_keeps_her_time() -> None:
    case, _ = sent(answers={"due": "day"})
    marked = press(case, "not_urgent", NOON + HOUR)
    assert waiting.promised_by(marked.case, context()) == NOON + 4 * HOUR
    (wake,) = kinds(marked, fx.Wake)
    assert isinstance(wake, fx.Wake)
    found = rings(marked.case, wake, 3)
    assert bool(kinds(found[0][1], fx.Say) or kinds(found[1][1], fx.Say))
    assert 4 in [hours for hours, _ in found]


def test_a_second_finger_changes_nothing_and_a_pending_or_old_card_neither() -> None:
    case, _ = sent()
    marked = press(case, "urgent").case
    assert press(marked, "urgent").case is marked
    old = decide(marked, come.StaffPressed("lin", 9001, f"{case.code}.older.not_urgent"), context())
    assert lanes.urgent(old.case)
    gone = replace(marked, status=Status.DECLINED)
    assert lanes.urgent(press(gone, "not_urgent").case)


def test_a_case_of_an_earlier_version_is_in_the_usual_lane() -> None:
    plain = {"id": "c", "code": "K7M2QX", "chat": 1, "created_at": NOON.isoformat(), "updated_at": NOON.isoformat(), "status": "review", "submitted_at": NOON.isoformat(), "review": {"round": 1, "key": "key", "card": 4, "opened_at": NOON.isoformat()}}  # fmt: skip
    case = case_from(plain)
    assert not lanes.urgent(case)
    assert waiting.promised_by(case, context()) == NOON + 24 * HOUR
    told = [bool(kinds(decide(case, come.Due("review", f"1.{n}"), context(NOON + HOUR)), fx.Say)) for n in (1, 2)]
    assert told == [False, True]  # as its timers were made


# --- who is on call -----------------------------------------------------------------------------------------------------
DAY: Span = ("lin", NOON - 12 * HOUR, NOON + 12 * HOUR)
LATER: Span = ("weber", NOON - HOUR, NOON + HOUR)
ROTA = replace(HOUSE, doctors=(replace(LIN, on_call=(0, 2)), WEBER, replace(SATO, on_call=(0,))))


@pytest.mark.parametrize(
    ("house", "said", "away", "wanted"),
    [
        (HOUSE, (), (), None),
        (HOUSE, (DAY,), (), "lin"),
        (HOUSE, (DAY, LATER), (), "weber"),  # the newer word
        (HOUSE, (DAY, LATER), (LATER,), "lin"),  # who is away is passed over
        (HOUSE, (("gone", *DAY[1:]),), (), None),  # no longer in clinic.toml
        (ROTA, (), (), "lin"),  # a Monday
        (ROTA, (LATER,), (), "weber"),
        (ROTA, (), (DAY,), "sato"),
        (ROTA, (("weber", NOON + HOUR, NOON + 2 * HOUR),), (), "lin"),  # not yet
        (ROTA, (("weber", NOON - HOUR, NOON),), (), "lin"),  # no more
    ],
)
def test_who_is_on_call(house: Clinic, said: tuple[Span, ...], away: tuple[Span, ...], wanted: str | None) -> None:
    doctor = on_call(house, Roster(said, away), NOON)
    assert (doctor.key if doctor else None) == wanted


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_whoever_is_on_call_is_named_in_the_group_and_told_alone(language: str) -> None:
    house = replace(HOUSE, languages=(language, "en"))
    case, wake = sent(house, answers={"due": "day"})
    decision = decide(case, come.Due("review", wake.key), context(wake.at, house, ("weber", NOON, NOON + 9 * HOUR)))
    (note,), (told,) = kinds(decision, fx.Post), kinds(decision, fx.Tell)
    assert isinstance(note, fx.Post)
    assert isinstance(told, fx.Tell)
    assert note.doctor == told.doctor == "weber"
    assert "You are on call" in told.text  # in her language
    assert [b.data for row in told.buttons for b in row] == [f"{case.code}.{case.review.key}.page"]


def test_a_usual_case_troubles_nobody_alone_before_its_time_is_over() -> None:
    case, wake = sent()
    said = ("weber", NOON, NOON + 90 * HOUR)
    early = decide(case, come.Due("review", wake.key), context(wake.at, HOUSE, said))
    late = decide(early.case, come.Due("review", "1.2"), context(NOON + 24 * HOUR, HOUSE, said))
    assert [len(kinds(one, fx.Tell)) for one in (early, late)] == [0, 1]
    nobody = decide(early.case, come.Due("review", "1.2"), context(NOON + 24 * HOUR))
    assert "/oncall" in "".join(e.text for e in kinds(nobody, fx.Post) if isinstance(e, fx.Post))


def test_the_week_is_parted_where_somebody_else_takes_over() -> None:
    said = (("weber", NOON + 5 * HOUR, NOON + 30 * HOUR),)
    found = plan(ROTA, Roster(said), NOON)
    assert [who.key if who else "" for *_, who in found] == ["lin", "", "weber", "lin", ""]
    assert found[2][0] == NOON + 5 * HOUR
    assert [ends for _, ends, _ in found][:-1] == [starts for starts, *_ in found][1:]


@pytest.mark.parametrize(("day", "hours"), [(datetime(2026, 3, 28, 12, tzinfo=UTC), 167), (datetime(2026, 10, 24, 12, tzinfo=UTC), 169)])  # fmt: skip
def test_a_week_with_a_change_of_the_clock_has_seven_days(day: datetime, hours: int) -> None:
    berlin = replace(HOUSE, zone="Europe/Berlin")
    ((starts, ends, nobody),) = plan(berlin, Roster(), day)
    assert (ends - starts, nobody) == (hours * HOUR, None)


@pytest.mark.parametrize(("language", "first", "none"), [("en", "On call now: Dr. Lin", "nobody"), ("zh_Hant", "目前值班：Dr. Lin", "無人值班")])  # fmt: skip
def test_the_answer_names_who_it_is_now_and_each_stretch(language: str, first: str, none: str) -> None:
    lines = words(ROTA, Roster(), NOON, language).splitlines()
    assert lines[0] == first
    assert len(lines) == 3 + 4  # two days of the week, and what lies between them
    assert lines[4].endswith(none)
