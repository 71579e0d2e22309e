"""What on a file is unlike the cat: names in both scripts, species, sex, age and days that cannot be; spelling does not matter."""

from datetime import date

import pytest

from flows.case import Record
from flows.differences import alike, differs, given_name, sentences
from flows.wording import LANGUAGES
from tests.builders import a_case

TODAY = date(2026, 11, 23)
CAT = {"cat_name": "Mochi", "cat_sex": "male_neutered", "cat_age": "7-10 y"}


def a_study(**study: str) -> Record:
    """A DICOM file of one study."""
    return Record("u", "document", "a.dcm", 1, "stored", facts={"is": "dicom", "studies": [study]})


@pytest.mark.parametrize(
    ("cat", "patient", "same"),
    [
        ("Mimi", "LIN^MIMI", True), ("Mimi", "Mimi^Lin", True), ("Mimi", "MIMI (CHEN)", True), ("Mimi", "Mimmi", True), ("Mimi", "Miim", True),
        ("Mimi", "Wang^Mi Mi", True), ("Mi-Mi", "MIMI", True), ("Mimi", "mimichen", True), ("Mimi", "MOMO^LIN", False), ("Mimi", "CHEN", False),
        ("Mimi", "Nini", False), ("Bo", "Bob", False), ("Bo", "Chen^Bo", True), ("Señor Whiskers", "SENOR WHISKERS", True), ("Tofu", "Tofou", True),
        ("Maximilian", "Maximillain", True), ("咪咪", "林^咪咪", True), ("咪咪", "LIN^MIMI=林^咪咪", True), ("咪咪", "林咪咪", True),
        ("咪咪", "小黑", False), ("小咪", "咪咪", False), ("阿福", "福 阿福", True), ("Mimi 咪咪", "林^咪咪", True), ("Mimi", "ｍｉｍｉ", True),
        ("咪咪", "CHEN^MOMO", None), ("Mimi", "林^小黑", None), ("Mimi", "", None), ("", "Mimi", None), ("Mimi", "ANONYMOUS", None),
        ("Mimi", "12345", None), ("Mimi", "^^^", None), ("Mimi", "Feline^Unknown", None), ("Mimi", "匿名", None), ("ミミ", "MIMI", None),
        ("ミミ", "リン^ミミ", True),
    ],
)  # fmt: skip
def test_a_name_is_compared_in_its_own_script_and_a_slip_is_no_other_cat(
    cat: str, patient: str, same: bool | None
) -> None:
    """None: nobody can tell, so nobody is asked."""
    assert alike(cat, patient) is same


@pytest.mark.parametrize(
    ("study", "found"),
    [
        ({"patient": "LIN^MOCHI", "species": "FELINE", "sex": "M", "born": "2018-05-01", "date": "2026-11-03"}, ()),
        ({}, ()),
        ({"species": "Felis catus"}, ()),
        ({"species": "貓"}, ()),
        ({"species": "Small animal"}, ()),
        ({"species": "Canine"}, ("species",)),
        ({"species": "Canis lupus familiaris"}, ("species",)),
        ({"species": "犬"}, ("species",)),
        ({"patient": "CHEN^MOMO"}, ("name",)),
        ({"sex": "F"}, ("sex",)),
        ({"sex": "母"}, ("sex",)),
        ({"sex": "O"}, ()),
        ({"born": "2012-01-01"}, ("born",)),
        ({"born": "2014-06-01"}, ()),
        ({"born": "1900-01-01"}, ()),
        ({"born": "nonsense"}, ()),
        ({"date": "2027-01-01"}, ("future",)),
        ({"date": "2026-11-24"}, ()),
        ({"date": "2009-01-01"}, ("before",)),
        ({"born": "2018-01-01", "date": "2017-01-01"}, ("before",)),
        ({"patient": "Rex", "species": "dog", "sex": "F"}, ("species", "name", "sex")),
    ],
)
def test_only_what_is_far_off_is_asked_about(study: dict[str, str], found: tuple[str, ...]) -> None:
    """Machines keep odd birthdays and a clinic's calendar may be a day ahead."""
    assert differs(a_case(answers=CAT), a_study(**study), TODAY) == found


@pytest.mark.parametrize("age", ["unknown", "", "about ten"])
def test_an_age_nobody_knows_is_compared_with_nothing(age: str) -> None:
    """Nor is an answer in other words."""
    assert differs(a_case(answers={"cat_age": age}), a_study(born="2001-01-01", date="2002-01-01"), TODAY) == ()


@pytest.mark.parametrize(
    ("age", "born", "found"),
    [("12 y", "2014-10-01", ()), ("12 y", "2020-01-01", ("born",)), ("8 m", "2026-03-01", ()), ("8 m", "2020-01-01", ("born",)),
     ("15+ y", "2004-01-01", ()), ("under 1 y", "2026-01-01", ()), ("under 1 y", "2015-01-01", ("born",))],
)  # fmt: skip
def test_every_way_to_tell_an_age_is_understood(age: str, born: str, found: tuple[str, ...]) -> None:
    """Years, months, a range, an open end."""
    assert differs(a_case(answers={"cat_age": age}), a_study(born=born), TODAY) == found


@pytest.mark.parametrize(
    ("patient", "given"),
    [("CHEN^MOMO", "Momo"), ("Momo", "Momo"), ("CHEN^", "Chen"), ("^MOMO", "Momo"), ("陳^小黑", "小黑"), ("Chen^McCoy", "McCoy"), ("", ""), ("A" * 99, "A" + "a" * 39)],
)  # fmt: skip
def test_the_owners_part_of_a_name_is_not_said(patient: str, given: str) -> None:
    """It may be another owner's."""
    assert given_name(a_study(patient=patient)) == given


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_difference_has_its_sentence(language: str) -> None:
    """Six kinds, in either language; pages and pictures have none."""
    study = {"patient": "CHEN^MOMO", "species": "Canine", "sex": "F", "born": "2001-01-01", "date": "2031-01-01"}
    case, record = a_case(answers=CAT, language=language), a_study(**study)
    found = differs(case, record, TODAY)
    assert found == ("species", "name", "sex", "born", "future")
    told = Record("u", "document", "", 1, "stored", facts=record.facts, differs=(*found, "before"))
    assert len(sentences(case, told)) == 6
    assert (
        differs(case, Record("u", "photo", "", 1, "stored", facts={"is": "jpeg", "dates": ["2031-01-01"]}), TODAY) == ()
    )
