"""From card to decided with two thumbs: what each decision costs, who may press a short list, and what the owner then reads."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from bot.refused import DATA
from flows import effects as fx
from flows import incoming as come
from flows import records_list
from flows.card import card_buttons, card_text
from flows.case import Case, Status, case_from
from flows.context import Decision
from flows.decide import decide
from flows.problems import PROBLEMS, every_item
from flows.reasons import GROUNDS
from flows.wording import LANGUAGES, say
from tests.flows.test_review_findings import context, in_review

LIN, WEBER = ("lin", 9001), ("weber", 9002)
BOTH = pytest.mark.parametrize("language", LANGUAGES)


def press(case: Case, action: str, who: tuple[str, int] = LIN) -> Decision:
    return decide(case, come.StaffPressed(*who, f"{case.code}.{case.review.key}.{action}"), context())


def taken(case: Case, *actions: str) -> Case:
    """The case after one doctor pressed these, one after the other."""
    for action in actions:
        case = press(case, action).case
    return case


def actions(case: Case) -> list[str]:
    """What the buttons of the card do now."""
    return [button.data.rpartition(".")[2] for row in card_buttons(case, "en", context().clinic) for button in row]


def told(decision: Decision) -> str:
    """What the owner reads."""
    return "\n".join(effect.text for effect in decision.effects if isinstance(effect, fx.Say))


def hint(decision: Decision) -> str:
    """What the person who pressed reads, and nobody else."""
    return "\n".join(effect.text for effect in decision.effects if isinstance(effect, fx.Answer))


def kidneys(language: str = "en") -> Case:
    """A case in review whose checklist is that of the kidneys."""
    return replace(in_review(), language=language, answers={"problem": "kidney", "cat_name": "Mimi"})


@pytest.mark.parametrize(
    ("presses", "sentence", "after"),
    [
        (["go"], "We can advise on the treatment.", Status.ACCEPTED),
        *((["no_go", f"ground_{ground}"], "", Status.DECLINED) for ground in GROUNDS),
        (["no_go"], "We are sorry, nobody here knows this illness.", Status.DECLINED),
        (["need_more"], "Please send the ultrasound.", Status.MORE_NEEDED),
        (["need_more", "ask_missing"], "", Status.MORE_NEEDED),
        (["need_more", "test_first"], "An ultrasound of the kidneys.", Status.MORE_NEEDED),
    ],
)
def test_from_card_to_decided_takes_two_taps_and_one_sentence_at_most(
    presses: list[str], sentence: str, after: Status
) -> None:
    """Every button is on the card when it is pressed, and nothing else has to be done."""
    case = kidneys()
    for action in presses:
        assert action in actions(case)
        case = press(case, action).case
    if sentence:
        case = decide(case, come.StaffReplied(*LIN, 101, sentence), context()).case
    assert case.status is after
    assert len(presses) <= 2


@BOTH
@pytest.mark.parametrize("ground", GROUNDS)
def test_each_ground_is_read_by_the_owner_with_what_to_do_instead(ground: str, language: str) -> None:
    """In her language, with the cat's name, and the history names the ground."""
    decision = press(taken(kidneys(language), "no_go"), f"ground_{ground}")
    assert say(language, GROUNDS[ground].words, cat="Mimi") in told(decision)
    assert [e.detail for e in decision.effects if isinstance(e, fx.Moved)] == [ground]


@BOTH
def test_the_owner_reads_the_ticked_items_by_name(language: str) -> None:
    """Those that were ticked and not unticked again, with the doctor's sentence below them."""
    asked = taken(kidneys(language), "need_more", "tick_urinalysis", "tick_blood_pressure", "tick_urinalysis")
    names = {item: every_item()[item].words(language) for item in ("urinalysis", "blood_pressure")}
    for decision in (
        press(asked, "ask_ticked"),
        decide(asked, come.StaffReplied(*LIN, 101, "The newest one."), context()),
    ):
        assert decision.case.status is Status.MORE_NEEDED
        assert decision.case.review.wanted == ("blood_pressure",)
        assert f"• {names['blood_pressure']}" in told(decision)
        assert names["urinalysis"] not in told(decision)
    assert "The newest one." in told(decision)


@BOTH
def test_all_that_is_missing_is_asked_for_in_two_taps(language: str) -> None:
    """What the checklist lacks and is needed, by name; what is there or was never done is not asked for."""
    case = kidneys(language)
    case = replace(case, answers={**case.answers, "check:urinalysis": "have", "check:blood_pressure": "never"})
    decision = press(taken(case, "need_more"), "ask_missing")
    needed = [item.id for item in records_list.missing(case) if item.need == "must"]
    assert decision.case.review.wanted == tuple(needed)
    assert needed
    names = {item.id: item.words(language) for item in records_list.items(case)}
    assert all(names[one] in told(decision) for one in needed)
    assert names["urinalysis"] not in told(decision)
    assert names["blood_pressure"] not in told(decision)


def test_where_nothing_is_missing_nothing_can_be_asked_for_at_once() -> None:
    """The button is not there; a test or a sentence still can be."""
    case = kidneys()
    there = {f"check:{item.id}": "have" for item in records_list.items(case)}
    asked = taken(replace(case, answers={**case.answers, **there}), "need_more")
    assert "ask_missing" not in actions(asked)
    assert "test_first" in actions(asked)
    assert press(asked, "ask_missing").case.status is Status.REVIEW


@BOTH
def test_one_test_first_is_a_need_more_with_words_and_a_history_line_of_its_own(language: str) -> None:
    """The owner takes it to her own vet; the card and the history tell it apart from records that are missing."""
    asked = taken(kidneys(language), "need_more", "test_first")
    assert "tick_urinalysis" not in actions(asked)
    again = press(asked, "test_first")
    assert again.case == asked
    assert "Please reply" in hint(again)
    decision = decide(asked, come.StaffReplied(*LIN, 101, "Ultrasound, to see both kidneys."), context())
    assert decision.case.status is Status.MORE_NEEDED
    (line,) = [e for e in decision.effects if isinstance(e, fx.Moved)]
    assert (line.trigger, line.detail) == ("need_more", "test_first")
    assert "Ultrasound, to see both kidneys." in told(decision)
    assert decision.case.options == ("supplied",)
    assert "One test first by Dr. Lin" in card_text(decision.case, context().clinic, "en")


def test_nothing_is_asked_for_without_a_tick() -> None:
    """The button is not there, and an old one says so."""
    asked = taken(kidneys(), "need_more")
    assert "ask_ticked" not in actions(asked)
    decision = press(asked, "ask_ticked")
    assert decision.case == asked
    assert "tick at least one" in hint(decision)


@pytest.mark.parametrize("action", ["ground_records", "tick_urinalysis", "ask_ticked"])
def test_a_colleague_cannot_press_the_list_of_another(action: str) -> None:
    """She is told who has the word; once that has lapsed she takes it with the decision's own button."""
    asked = taken(kidneys(), "need_more" if action != "ground_records" else "no_go", "tick_blood_pressure")
    early = press(asked, action, WEBER)
    assert early.case == asked
    assert "has been writing" in hint(early)
    late = context(now=context().now + timedelta(minutes=11))
    lapsed = decide(asked, come.StaffPressed(*WEBER, f"{asked.code}.{asked.review.key}.{action}"), late)
    assert lapsed.case == asked
    assert "first" in hint(lapsed)


def test_a_list_that_is_not_open_decides_nothing() -> None:
    """A ground without a no-go before it, ticks under a no-go, a list pressed after the decision."""
    for case, action in (
        (kidneys(), "ground_sound"),
        (taken(kidneys(), "go"), "ground_sound"),
        (taken(kidneys(), "no_go"), "tick_urinalysis"),
        (taken(kidneys(), "no_go", "ground_sound"), "ground_visit"),
        (taken(kidneys(), "need_more"), "tick_no_such_item"),
        (taken(kidneys(), "no_go"), "ground_"),
    ):
        decision = press(case, action)
        assert decision.case.review == case.review
        assert decision.case.status is case.status
        assert told(decision) == ""


def test_another_decision_closes_the_list_and_forgets_the_ticks() -> None:
    """What was ticked for a need more does not come back with a later one by mistake."""
    asked = taken(kidneys(), "need_more", "tick_urinalysis", "go")
    assert not [action for action in actions(asked) if action.startswith(("tick_", "ask_", "ground_"))]
    assert taken(asked, "need_more").review.ticked == ()
    edited = [e for e in press(taken(kidneys(), "no_go"), "go").effects if isinstance(e, fx.EditCard)]
    assert len(edited) == 1


def test_a_decision_on_a_later_round_forgets_the_grounds_of_the_former() -> None:
    """Need more with items, then no-go in the doctor's own words."""
    case = replace(taken(kidneys(), "need_more", "tick_urinalysis", "ask_ticked"), status=Status.REVIEW)
    after = decide(taken(case, "no_go"), come.StaffReplied(*LIN, 101, "We are sorry."), context())
    assert (after.case.review.wanted, after.case.review.ground) == ((), "")
    assert "We are sorry." in told(after)
    assert every_item()["urinalysis"].words("en") not in told(after)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_button_of_every_list_is_understood_when_it_is_pressed(problem: str) -> None:
    """Its data is at most 64 bytes and of the shape that the group's bot takes."""
    case = replace(kidneys(), answers={"problem": problem})
    everything = taken(case, "need_more", *(f"tick_{item.id}" for item in records_list.items(case)))
    assert "ask_ticked" in actions(everything)
    for shown in (everything, taken(case, "no_go")):
        for row in card_buttons(replace(shown, review=replace(shown.review, key="k" * 16)), "en", context().clinic):
            assert all(DATA.fullmatch(button.data) and len(button.data) <= 64 for button in row)


def test_an_open_list_comes_back_from_its_document() -> None:
    """Ticks, items and ground survive being written down."""
    for case in (
        taken(kidneys(), "need_more", "tick_urinalysis"),
        taken(kidneys(), "need_more", "tick_urinalysis", "ask_ticked"),
        taken(kidneys(), "no_go", "ground_visit"),
    ):
        assert case_from(orjson.loads(orjson.dumps(case))).review == case.review
