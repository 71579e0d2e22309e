"""The list of signs: complete, in both languages, refused with a clear sentence when wrong."""

import re
from pathlib import Path

import pytest

from flows import red_flags
from flows.red_flags import AMBER, RED, VERSION, ListRefused, read

TEXT = (Path(red_flags.__file__).with_name("clinical") / "red_flags.toml").read_text(encoding="utf-8")


def test_list_has_every_sign_of_the_draft_in_order() -> None:
    """R1 to R21 and A1 to A14, as the clinical page numbers them."""
    assert [sign.id for sign in RED] == [f"R{n}" for n in range(1, 22)]
    assert [sign.id for sign in AMBER] == [f"A{n}" for n in range(1, 15)]
    assert VERSION
    assert "signed by the clinic's doctors" in red_flags.signs().status


def test_every_sign_speaks_both_languages() -> None:
    """Chinese has Chinese characters, English has none; an unchosen language reads English."""
    for sign in RED + AMBER:
        assert re.search(r"[\u4e00-\u9fff]", sign.sentence("zh_Hant"))
        assert sign.sentence("") == sign.en
        assert sign.en.isascii()


def test_groups_are_short_enough_for_buttons() -> None:
    """Every group of the list is used, and there are at most eight."""
    assert {sign.group for sign in RED + AMBER} == set(red_flags.signs().groups)
    assert len(red_flags.signs().groups) <= 8


@pytest.mark.parametrize(
    "word", ["thromboembol", "ketoacidosis", "heart failure", "stroke", "obstruction", "栓塞", "衰竭", "阻塞", "酮酸"]
)
def test_no_sentence_names_a_diagnosis(word: str) -> None:
    """The owner is told what is seen, never what it means."""
    assert [sign.id for sign in RED + AMBER if word in sign.en.lower() + sign.zh_Hant] == []


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('id = "R2"', 'id = "R3"', "numbered R1 to R21"), ('group = "urine"', 'group = "bladder"', "none of the groups"),
        ('version = "2026', 'edition = "2026', "needs a version"), ("[[amber]]", "[[green]]", r"no \[\[amber\]\] signs"),
        ('id = "R1"', 'id = "X1"', "is not R and a number"), ('en = "Blood in the urine"', 'en = ""', "4 to 160 characters"),
        ('zh_Hant = "尿裡有血"', 'note = "x"', "exactly id, group, en and zh_Hant"), ("[[red]]", "[[red", "not valid TOML"),
        ('groups = ["breathing"', 'groups = [1', "needs its groups"),
    ],
)  # fmt: skip
def test_wrong_list_is_refused_with_a_sentence(before: str, after: str, sentence: str) -> None:
    """A vet who edits the file learns what to mend."""
    assert before in TEXT
    with pytest.raises(ListRefused, match=sentence):
        read(TEXT.replace(before, after))
