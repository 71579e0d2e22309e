"""The checklist follows what arrives and what the owner says of it; what cannot be read counts as missing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from flows import incoming as come
from flows import letter, records_list
from flows.case import Case, Record
from flows.checklist_words import question, words
from flows.context import Context
from flows.copies import Past, readable
from flows.records_list import missing, verdict
from flows.standing import nudge
from tests.builders import a_case
from tests.flows.sending import Sender

URINE = "words: Urinalysis USG 1.014"
TODAY = date(2026, 11, 23)


def ids(items: object) -> list[str]:
    return [item.id for item in items]  # type: ignore[attr-defined]


# --- ticks ------------------------------------------------------------------------------------------------------------
def test_a_file_ticks_its_line_over_whatever_was_touched_and_no_other() -> None:
    """ "Never done" gives way to a file that shows the opposite; lines without a file stay as she set them."""
    owner = Sender()
    owner.press("done")
    for _ in range(2):
        owner.press("check:urinalysis")
    owner.press("check:blood_pressure")
    owner.press("!back")
    owner.file(URINE, name="a.pdf")
    assert (owner.line("urinalysis").state, owner.line("urinalysis").proved) == ("have", True)
    assert (owner.line("blood_pressure").state, owner.line("blood_pressure").proved) == ("have", False)
    assert owner.line("urine_protein").state == "will"
    assert "urinalysis" not in ids(missing(owner.case))


def test_two_dates_are_needed_where_the_course_is_asked_for() -> None:
    """The same day twice is one date, and a page without a date is none."""
    owner = Sender()
    owner.file("words: Creatinine 2 SDMA 19, dates: 2026-11-18")
    owner.file("words: Creatinine 2 SDMA 19, dates: 2026-11-18, pages: 2")
    owner.file("words: SDMA 17")
    assert (owner.line("kidney_values").state, len(owner.line("kidney_values").files)) == ("will", 3)
    owner.file("words: SDMA 15, dates: 2026-08-01")
    assert owner.line("kidney_values").state == "have"


def test_an_albums_caption_stands_for_all_its_pages() -> None:
    """Telegram keeps it with the first picture and shows it below all."""
    owner = Sender()
    first = owner.file("caption: urinalysis", "photo", album="x", wait=False)
    second = owner.file("", "photo", album="x")
    assert {one.unique for one in owner.line("urinalysis").files} == {first, second}


def test_with_another_problem_the_files_are_sorted_anew() -> None:
    """What a file shows is kept apart from what this list makes of it."""
    owner = Sender()
    owner.file("modality: CR, part: CHEST, patient: Mochi")
    assert not any(line.proved for line in records_list.lines(owner.case))
    heart = replace(owner.case, answers={**owner.case.answers, "problem": "heart"})
    assert [line.item.id for line in records_list.lines(heart) if line.proved] == ["heart_xray"]


# --- corrections ------------------------------------------------------------------------------------------------------
def test_the_owner_has_the_last_word_on_what_a_file_is() -> None:
    """One tap moves it, a second file is not moved with it, and it may be several things."""
    owner = Sender()
    owner.file(URINE, name="other.pdf")
    owner.file(URINE, name="a.pdf")
    owner.press("sort:unique2")
    owner.press("item:urine_protein:unique2")
    assert owner.line("urine_protein").proved
    assert [one.name for one in owner.line("urinalysis").files] == ["other.pdf"]
    owner.press("sort")
    owner.press("sort:unique2")
    owner.press("item:blood_pressure:unique2")
    assert owner.line("urine_protein").proved
    assert owner.line("blood_pressure").proved
    owner.press("sort")
    owner.press("sort:unique2")
    owner.press("item:urine_protein:unique2")
    assert not owner.line("urine_protein").proved


def test_what_is_none_of_these_ticks_nothing_any_more() -> None:
    """Nor is it filed with the general lines."""
    owner = Sender()
    owner.file(URINE)
    owner.press("sort:unique1")
    owner.press("item:-:unique1")
    assert all(not line.files for line in records_list.lines(owner.case))
    assert "none of these" in owner.said()


def test_a_ticked_line_leads_to_its_files_and_an_empty_one_is_switched() -> None:
    """A press on what a file proves cannot make it untrue."""
    owner = Sender()
    owner.file(URINE)
    owner.press("done")
    owner.press("check:urinalysis")
    assert "check:urinalysis" not in owner.case.answers
    assert any(value.startswith("item:") for value in owner.case.options)
    owner.press("sorted")
    assert owner.case.step == "checklist"
    assert owner.press("check:t4").answers["check:t4"] == "have"


# --- what cannot be read, the verdict ---------------------------------------------------------------------------------
@pytest.mark.parametrize("problem", ["locked", "cut_short", "unreadable", "crashed"])
def test_a_line_whose_only_file_cannot_be_read_counts_as_missing(problem: str) -> None:
    """It is asked for in the letter and makes the verdict red, until a readable one comes."""
    owner = Sender()
    owner.file(f"problem: {problem}, {URINE}")
    assert owner.line("urinalysis").state == "unreadable"
    assert "urinalysis" in ids(missing(owner.case))
    assert verdict(owner.case) == "red"
    owner.file(URINE)
    assert owner.line("urinalysis").state == "have"
    assert verdict(owner.case) == "yellow"


@pytest.mark.parametrize("problem", ["no_decoder", "too_big_to_open", "too_many_pages"])
def test_a_whole_file_that_cannot_be_shown_is_there(problem: str) -> None:
    """The original is kept, and the doctors can ask for it."""
    owner = Sender()
    owner.file(f"problem: {problem}, {URINE}")
    assert owner.line("urinalysis").state == "have"


def a_list(state: str, records: tuple[Record, ...] = (Record("u", "document", "", 1, "stored"),)) -> Case:
    """A case about kidneys with all musts in one state by touch."""
    musts = [
        line.item.id for line in records_list.lines(a_case(answers={"problem": "kidney"})) if line.item.need == "must"
    ]
    return a_case(answers={"problem": "kidney", **{f"check:{one}": state for one in musts}}, records=records)


def test_the_verdict_has_four_colours() -> None:
    """Green, yellow and blue go by the musts; red is also nothing at all, unless nothing was ever done."""
    assert verdict(a_list("have")) == "green"
    assert verdict(a_list("will")) == "yellow"
    assert verdict(a_list("never")) == "blue"
    assert verdict(a_list("have", ())) == "nothing"
    assert verdict(a_list("will", ())) == "nothing"
    assert verdict(a_list("never", ())) == "blue"
    taken_away = Record("u", "document", "", 1, "stored", whose="not")
    assert verdict(a_list("will", (taken_away,))) == "nothing"


def test_owner_and_doctor_see_the_colour() -> None:
    """At the end of the records and on the card."""
    for state, sign in (("have", "🟢"), ("will", "🟡"), ("never", "🔵")):
        assert sign in question(a_list(state), TODAY)[0]
    assert "🔴" in question(a_list("have", ()), TODAY)[0]
    assert [line[0] for line in words(a_list("never"), "en")] == ["✗"]


# --- pictures ---------------------------------------------------------------------------------------------------------
def test_a_poor_picture_is_missing_until_it_is_the_best_there_is() -> None:
    """Asked about at once; "the best I have" makes it count, with its flaw kept for the doctors."""
    owner = Sender()
    poor = owner.file("caption: urinalysis, flaws: blurred", "photo")
    assert owner.line("urinalysis").state == "unreadable"
    owner.press("picture:best")
    assert (owner.line("urinalysis").state, owner.record(poor).quality) == ("have", "best")


def test_a_better_picture_takes_the_place_of_the_poor_one_and_both_are_kept() -> None:
    """What the poor one was taken for passes on; the original is still in the case and no longer counted."""
    owner = Sender()
    poor = owner.file("caption: urinalysis, flaws: dark", "photo")
    owner.press("picture:promised")
    better = owner.file("", "photo")
    assert (owner.record(poor).quality, owner.record(poor).better) == ("replaced", better)
    assert owner.record(poor).file
    assert [one.unique for one in owner.line("urinalysis").files] == [better]
    assert "Files in this case: 1." in owner.said().rpartition("bot:")[2]


def test_of_several_poor_pictures_the_one_that_looks_alike_is_replaced() -> None:
    """The other one is asked about once more."""
    owner = Sender()
    one = owner.file("flaws: dark, look: 00ff00ff00ff00ff", "photo", album="x", wait=False)
    other = owner.file("flaws: glare, look: ffff0000ffff0000", "photo", album="x")
    owner.press("picture:promised")
    owner.file("look: ffff0000ffff0001", "photo")
    assert (owner.record(other).quality, owner.record(one).quality) == ("replaced", "asked")


def test_an_unpromised_picture_replaces_only_what_it_nearly_equals() -> None:
    """Seven bits apart is another picture, six are not."""
    for look, quality in (("00ff00ff00ff003f", "replaced"), ("00ff00ff00ff0000", "asked")):
        owner = Sender()
        poor = owner.file("flaws: dark, look: 00ff00ff00ff00ff", "photo")
        owner.file(f"look: {look}", "photo")
        assert owner.record(poor).quality == quality


def test_a_poor_picture_does_not_replace_a_poor_one() -> None:
    """Both are asked about."""
    owner = Sender()
    poor = owner.file("flaws: dark", "photo")
    owner.press("picture:promised")
    owner.file("flaws: glare", "photo")
    assert owner.record(poor).quality == "promised"


def test_the_same_bytes_are_counted_once_and_told_once() -> None:
    """A picture saved anew is no copy: it counts, and is marked. Looks alone mark nothing: two pages of one form look alike."""
    owner = Sender()
    owner.file(URINE, name="a.pdf")
    second = owner.file(f"same: 1, {URINE}", name="b.pdf")
    assert owner.record(second).same == "unique1"
    assert len(owner.line("urinalysis").files) == 1
    assert owner.said().count("exactly the same") == 1
    first = owner.file("look: 00ff00ff00ff00ff", "photo")
    again = owner.file("look: 00ff00ff00ff003f, alike: 3", "photo")
    form = owner.file("look: 00ff00ff00ff00ff", "photo")
    assert [owner.record(one).like for one in (first, again, form)] == ["", first, ""]


# --- whose ------------------------------------------------------------------------------------------------------------
OTHER = "modality: US, part: ABDOMEN, patient: CHEN^MOMO"


@pytest.mark.parametrize(("answer", "state"), [("mine", "have"), ("unsure", "will"), ("not", "will")])
def test_another_cats_name_ticks_nothing_before_the_owner_says_that_it_is_hers(answer: str, state: str) -> None:
    """Her answer stays with the file."""
    owner = Sender()
    unique = owner.file(OTHER)
    assert owner.line("kidney_images").state == "will"
    owner.press(f"whose:{answer}")
    assert owner.line("kidney_images").state == state
    assert owner.record(unique).whose == answer


def test_the_same_difference_is_asked_once_except_after_a_no() -> None:
    """Another file of the same other cat is asked about again: it was taken away for her, not by a rule."""
    for answer, after in (("mine", "mine"), ("unsure", "unsure"), ("not", "asked")):
        owner = Sender()
        owner.file(OTHER)
        owner.press(f"whose:{answer}")
        assert owner.record(owner.file(f"{OTHER}, images: 2")).whose == after


def test_several_files_of_one_other_cat_are_one_question() -> None:
    """One answer for all of them, and then the next question."""
    owner = Sender()
    first = owner.file(OTHER, wait=False)
    second = owner.file(f"{OTHER}, images: 4", wait=False)
    third = owner.file("modality: CR, species: Canine")
    assert "and 1 more" in owner.said()
    owner.press("whose:mine")
    assert [owner.record(one).whose for one in (first, second, third)] == ["mine", "mine", "asked"]
    assert "It says that the animal is a dog." in owner.said().rpartition("bot:")[2]


# --- old results, letter, nudge ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(("days", "old"), [(30, False), (31, True)])
def test_results_grow_old_after_their_days_and_stay_useful(days: int, old: bool) -> None:
    """The line is ticked all the same."""
    owner = Sender()
    made = owner.walker.desk.now.date() - timedelta(days=days)
    owner.file(f"{URINE}, dates: {made}")
    assert (owner.line("urinalysis").state, owner.line("urinalysis").old) == ("have", old)
    assert ("stay useful" in owner.said()) == old


def test_a_lone_date_of_long_ago_may_be_a_birthday_and_makes_nothing_old() -> None:
    """A page with several dates is of its newest; days to come are no results."""
    owner = Sender()
    assert owner.record(owner.file(f"{URINE}, dates: 2015-03-01")).day == ""
    assert owner.record(owner.file(f"{URINE}, pages: 2, dates: 2015-03-01 2026-10-01 2031-01-01")).day == "2026-10-01"


def test_the_letter_asks_for_a_series_of_which_images_are_missing() -> None:
    """And the owner is told what to do."""
    owner = Sender()
    owner.file("modality: CT, description: Abdomen, patient: Mochi, date: 2026-11-02, images: 90, missing: 10")
    now = owner.walker.desk.now
    text = letter.text(owner.case, Context(now, owner.walker.desk.clinic, "token123"), "en")
    assert "The whole series of CT, belly (2 Nov 2026) as DICOM; 10 images are missing" in text
    assert "whole series" in owner.said()


def test_a_nudge_names_what_is_missing_once_records_were_asked_for() -> None:
    """Three of them at most, and not before."""
    owner = Sender()
    context = Context(owner.walker.desk.now + timedelta(days=2), owner.walker.desk.clinic, "token123")
    assert "still like" not in nudge(owner.case, context, "0").effects[0].text  # type: ignore[union-attr]
    owner.press("none")
    said = nudge(owner.case, context, "0").effects[0].text  # type: ignore[union-attr]
    assert "The doctors would still like: Kidney blood values" in said
    assert "and 3 more" in said


# --- voice, copies ----------------------------------------------------------------------------------------------------
def test_a_voice_note_that_could_not_be_fetched_is_told_of_after_the_thanks() -> None:
    """She was thanked when it came; what was lost is not kept from her."""
    owner = Sender()
    owner.press("none")
    owner.press("on")
    owner.walker.desk.failing_files.add("unique1")
    owner.file("", "voice")
    assert owner.case.step == "phone"
    assert "the doctors will hear your voice note" in owner.said()
    assert "The voice message could not be fetched" in owner.said()


def test_the_copy_tells_what_each_file_was_taken_for_and_what_she_said() -> None:
    """In words, not in codes alone."""
    owner = Sender()
    owner.file(URINE, name="a.pdf")
    owner.file(f"same: 1, {URINE}", name="b.pdf")
    owner.press("sort")
    owner.press("item:urine_protein:unique1")
    copy = readable(owner.case, Past((), ()), owner.walker.desk.clinic, "en")["records"]
    assert copy[0]["taken_for"] == ["Urine test"]
    assert copy[0]["you_say"] == ["Protein in the urine (UPC)"]
    assert copy[0]["facts"]["words"] == "Urinalysis USG 1.014"
    assert (copy[1]["same_as"], copy[1]["you_say"]) == (1, None)


def test_files_that_come_while_she_types_a_number_do_not_take_it_from_her() -> None:
    """The question about a picture stands beside the open one; typing still answers that."""
    owner = Sender()
    owner.press("none")
    owner.press("on")
    owner.file("flaws: blurred", "photo")
    assert "picture:best" in owner.case.options
    owner.walker.desk.receive(come.Said("+886 912 345 678"))
    assert owner.case.phone == "+886912345678"


def test_nothing_is_asked_in_an_emergency() -> None:
    """The file is safe; the advice is what she reads."""
    owner = Sender()
    owner.press("gate")
    owner.press(next(value for value in owner.case.options if value.startswith("gate:")))
    owner.press(next(value for value in owner.case.options if value.startswith("red:")))
    assert owner.case.status == "emergency"
    screen = owner.case.screen
    owner.file("flaws: blurred", "photo")
    assert owner.case.screen == screen
    assert "safely received: 1" in owner.said()


def test_a_case_of_an_earlier_version_has_its_records_unsorted() -> None:
    """They count, they tick nothing, and nobody is asked about them."""
    old = Record("u", "document", "cbc.pdf", 1, "stored", file="0" * 64)
    case = a_case(answers={"problem": "gut"}, records=(old,), updated_at=datetime(2026, 11, 23, tzinfo=UTC))
    assert verdict(case) == "yellow"
    assert not any(line.files for line in records_list.lines(case))
