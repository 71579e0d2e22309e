"""Several kinds of consultation: who pays what, which one a go is for, and that nothing an owner was told changes afterwards."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from app.rehearsal.clinic import KINDS, clinic
from flows import consultations
from flows import effects as fx
from flows import incoming as come
from flows.about import told as about
from flows.booking import chosen, offered
from flows.card import card_buttons
from flows.case import Call, Case, Payment, Status, case_from
from flows.clinic import Clinic
from flows.context import Context, Decision, Span
from flows.decide import decide
from flows.wording import LANGUAGES
from tests.builders import NOON
from tests.flows.test_review_findings import in_review

HOUSE = replace(clinic(), kinds=KINDS)
DEARER = replace(HOUSE, kinds=tuple(replace(kind, fee=kind.fee * 2, minutes=90) for kind in KINDS))


def context(house: Clinic = HOUSE, taken: tuple[Span, ...] = ()) -> Context:
    return Context(NOON, house, "token123", taken)


def press(case: Case, action: str, house: Clinic = HOUSE) -> Case:
    return decide(case, come.StaffPressed("lin", 9001, f"{case.code}.{case.review.key}.{action}"), context(house)).case


def gone(case: Case, *actions: str) -> Decision:
    """A go with these presses, then the sentence."""
    for action in ("go", *actions):
        case = press(case, action)
    asked = replace(case, review=replace(case.review, prompt=50))
    return decide(asked, come.StaffReplied("lin", 9001, 50, "We can help."), context())


def opened(decision: Decision) -> fx.OpenCheckout:
    return next(effect for effect in decision.effects if isinstance(effect, fx.OpenCheckout))


def actions(case: Case, house: Clinic = HOUSE) -> list[str]:
    return [button.data.rpartition(".")[2] for row in card_buttons(case, "en", house) for button in row]


@pytest.mark.parametrize(
    ("presses", "vet", "fee", "minutes"),
    [
        ((), False, 300_000, 30),
        (("kind_long",), False, 550_000, 60),
        (("kind_long", "kind_board"), False, 900_000, 45),
        ((), True, 240_000, 30),
        (("kind_long",), True, 550_000, 60),
        (("kind_nothing",), False, 300_000, 30),
    ],
)
def test_the_fee_is_that_of_the_kind_and_the_person(
    presses: tuple[str, ...], vet: bool, fee: int, minutes: int
) -> None:
    """Two taps and a sentence at most: the first kind is chosen already."""
    after = gone(replace(in_review(), vet=vet), *presses)
    assert opened(after).amount == fee
    assert after.case.consultation
    assert (after.case.consultation.fee, after.case.consultation.minutes) == (fee, minutes)


def test_the_history_says_which_kind_it_was() -> None:
    """With the fee it had then."""
    line = next(effect for effect in gone(in_review(), "kind_long").effects if isinstance(effect, fx.Moved))
    assert line.detail == "long 550000 TWD"


def test_what_was_told_stays_when_the_clinic_changes_its_file() -> None:
    """Fee and minutes of a case that was accepted are its own: the link that is asked for again, and the times."""
    case = gone(in_review(), "kind_long").case
    expired = replace(case, payment=replace(case.payment, state="expired"), screen="scr", options=("new_link",))
    again = decide(expired, come.Pressed("scr.0"), context(DEARER))
    assert opened(again).amount == 550_000
    paid = replace(case, status=Status.PAID)
    assert {slot.ends_at - slot.starts_at for slot in offered(paid, context(DEARER))} == {timedelta(minutes=60)}


def test_a_kind_that_is_gone_from_the_file_stays_with_its_case() -> None:
    """Even back to one fee for all."""
    case = gone(in_review(), "kind_long").case
    assert consultations.of(case, clinic()).fee == 550_000
    assert consultations.of(case_from(orjson.loads(orjson.dumps(case))), clinic()) == case.consultation


@pytest.mark.parametrize(("status", "action"), [(Status.ACCEPTED, "anew"), (Status.BOOKED, "opinion")])
def test_what_doctors_begin_later_leaves_the_kind_alone(status: Status, action: str) -> None:
    """Neither the opinion nor a second look asks for a kind again, nor forgets the one that was chosen."""
    before = gone(in_review(), "kind_long").case
    call = Call("lin", NOON - timedelta(hours=1), NOON, 1)
    there = replace(before, status=status, call=call if status is Status.BOOKED else None)
    after = decide(there, come.StaffPressed("lin", 9001, f"{there.code}.{there.review.key}.{action}"), context())
    prompts = [effect.text for effect in after.effects if isinstance(effect, fx.Post) and effect.role == "prompt"]
    assert after.case.consultation == before.consultation
    assert len(prompts) == 1
    assert "Long video call" not in prompts[0]


def test_a_case_of_an_earlier_version_owes_what_it_was_asked_for() -> None:
    """It has no consultation; the open link says what it is."""
    old = replace(in_review(), status=Status.ACCEPTED, payment=Payment(300_000, "TWD", 1, state="expired"))
    assert consultations.of(old, DEARER).fee == 300_000


@pytest.mark.parametrize("minutes", [30, 45, 60])
def test_every_time_that_is_offered_is_accepted_at_its_whole_length(minutes: int) -> None:
    """One calendar computes and accepts, whatever the kind; a call ends when the doctor's hours do."""
    kinds = tuple(replace(kind, minutes=minutes) for kind in KINDS)
    house = replace(HOUSE, kinds=kinds)
    paid = replace(gone(in_review()).case, status=Status.PAID, consultation=None, payment=Payment())
    found = offered(paid, context(house))
    assert found
    for slot in found[:: max(1, len(found) // 12)]:
        assert slot.ends_at - slot.starts_at == timedelta(minutes=minutes)
        after = chosen(paid, context(house), f"at:{slot.doctor}:{slot.starts_at.isoformat()}")
        assert [(e.starts_at, e.ends_at) for e in after.effects if isinstance(e, fx.Hold)] == [
            (slot.starts_at, slot.ends_at)
        ]


def test_calls_of_another_length_keep_their_times_free_of_others() -> None:
    """A long call that is taken leaves no half of it to somebody with a short one."""
    paid = replace(gone(in_review()).case, status=Status.PAID)
    first = offered(paid, context())[0]
    taken = (("lin", first.starts_at, first.starts_at + timedelta(minutes=60)),)
    for slot in offered(paid, context(taken=taken)):
        assert slot.starts_at >= taken[0][2] or slot.ends_at <= taken[0][1]


def test_the_list_is_there_for_a_go_alone_and_only_where_there_is_a_choice() -> None:
    """A colleague cannot choose in somebody's go, and one kind needs no list."""
    case = in_review()
    assert not [action for action in actions(case) if action.startswith("kind_")]
    asked = press(case, "go")
    assert [action for action in actions(asked) if action.startswith("kind_")] == [
        "kind_call",
        "kind_long",
        "kind_board",
    ]
    other = decide(asked, come.StaffPressed("weber", 9002, f"{case.code}.{case.review.key}.kind_long"), context())
    assert other.case is asked
    assert press(asked, "no_go").consultation is None
    one = replace(HOUSE, kinds=KINDS[:1])
    assert not [action for action in actions(press(case, "go", one), one) if action.startswith("kind_")]
    early = decide(case, come.StaffPressed("lin", 9001, f"{case.code}.{case.review.key}.kind_long"), context())
    assert early.case is case
    assert any(isinstance(effect, fx.Answer) and effect.alert for effect in early.effects)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("vet", "first"), [(False, "NT$3,000"), (True, "NT$2,400")])
def test_everybody_reads_what_it_costs_before_anything_is_sent(language: str, vet: bool, first: str) -> None:
    """/about and the summary name every kind with this person's fee, in her language."""
    case = replace(in_review(), language=language, vet=vet, status=Status.INTAKE, step="summary", screen="scr")
    texts = [about(case, context()), decide(case, come.Asked("status"), context())]
    for decision in texts:
        text = "\n".join(effect.text for effect in decision.effects if isinstance(effect, fx.Say))
        assert first in text
        assert all((kind.name_en if language == "en" else kind.name_zh_hant) in text for kind in KINDS)
