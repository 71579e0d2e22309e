"""What a file is taken for: over 200 written cases in both languages, and the rules behind them. Run with ``-s`` to read the figures."""

import re
from typing import Any

import pytest

from flows import matching, subjects
from flows.case import Record
from flows.matching import proposed, shown
from flows.problems import checklist, every_item
from flows.records_list import fills
from flows.red_flags import ListRefused
from flows.subjects import ORDERS, book, plainly, read
from tests.flows.matching_cases import ROWS

Row = tuple[str, str, str, frozenset[str]]
HAN = re.compile("[\u4e00-\u9fff]")


def rows() -> list[Row]:
    """The table, read."""
    parts = [[cell.strip() for cell in line.split("|")] for line in ROWS.strip().splitlines()]
    return [
        (how, text, problem, frozenset(one for one in lines.split(",") if one)) for how, text, problem, lines in parts
    ]


def a_file(how: str, text: str) -> Record:
    """The file of a row, as it comes from the shelf."""
    if how == "n":
        kind = "photo" if text.endswith(".jpg") else "document"
        return Record("u", kind, text, 1, "stored", facts={"is": "jpeg" if kind == "photo" else "pdf"})
    if how == "c":
        return Record("u", "photo", "", 1, "stored", text, facts={"is": "jpeg"})
    if how == "v":
        return Record("u", "video", "", 1, "stored", text, facts={"is": "mp4"})
    if how == "w":
        return Record("u", "document", "scan.pdf", 1, "stored", facts={"is": "pdf", "words": text[:600]})
    return Record("u", "document", "IM0001", 1, "stored", facts=_study(*[part.strip() for part in text.split(";")]))


def _study(modality: str, part: str, description: str, counts: str) -> dict[str, Any]:
    images, frames = map(int, counts.split("/"))
    series = [{"modality": modality, "description": "", "images": images, "frames": frames}]
    study = {"modality": modality, "part": part, "description": description, "series": series}
    return {"is": "dicom", "studies": [study], "images": images}


def ticked(row: Row) -> frozenset[str]:
    """The lines that this file alone fills, as the checklist sees them; what asks for two dates by itself is left to the words."""
    how, text, problem, _ = row
    file = a_file(how, text)
    seen = Record("u", file.kind, file.name, 1, "stored", facts=file.facts, shows=tuple(shown(file, "Mimi")))
    return frozenset(item.id for item in checklist(problem) if fills(item.id, [seen]))


def test_the_written_cases_are_read_rightly_and_none_wrongly() -> None:
    """Of the ticks that should be, how many are; of those that are, none is wrong. Both languages are well covered."""
    table = rows()
    wanted = sum(len(row[3]) for row in table)
    found = [(row, ticked(row)) for row in table]
    wrong = [(row[1], row[2], sorted(got - row[3])) for row, got in found if got - row[3]]
    missed = [(row[1], row[2], sorted(row[3] - got)) for row, got in found if row[3] - got]
    right = sum(len(row[3] & got) for row, got in found)
    chinese = sum(bool(HAN.search(row[1])) for row in table)
    silent = sum(not row[3] for row in table)
    print(f"\n{len(table)} cases, {chinese} of them Chinese, {silent} that must tick nothing")
    print(f"ticks: {right} of {wanted} right, {len(missed)} missed, {len(wrong)} wrong")
    assert len(table) >= 120
    assert chinese >= 60
    assert wrong == []
    assert missed == []


def test_every_line_that_a_file_can_fill_is_filled_by_some_case() -> None:
    """No way stands in the file that nothing was ever tried on."""
    tried = {line for row in rows() for line in ticked(row)}
    lines = {line for line, ways in book().ways.items() if ways}
    of_several = {"kidney_values", "blood_series", "ultrasound_series", "weekly_weight", "body_images", "worm_tests"}
    rare = {"tissue_virus", "airway_sample", "liver_function", "spinal_fluid", "skin_cytology", "skin_culture", "bone_ct", "joint_fluid", "dental_chart", "mouth_biopsy"}  # fmt: skip
    assert lines - tried - of_several - rare == set()


@pytest.mark.parametrize("subject", sorted(book().subjects))
def test_every_word_of_the_file_is_found_again(subject: str) -> None:
    """Each phrase, standing alone in a name, tells its own subject or is a longer one's part."""
    own = [
        words
        for words, hits in book().phrases
        if any(hit.id == subject and hit.group < 0 and hit.kind != "region" for hit in hits)
    ]
    for words in own:
        told = matching._told(words, book(), "", near=True)
        assert subject in {**told.subjects, **told.stops}, words


def test_the_cats_own_name_tells_nothing() -> None:
    """A cat called Echo has no heart ultrasound by her name."""
    assert shown(Record("u", "document", "Echo.pdf", 1, "stored"), "Echo") == {}
    assert "echo/paper" in shown(Record("u", "document", "Echo.pdf", 1, "stored"), "Mimi")


def test_missing_slices_and_pictures_of_images_are_filed_and_fill_nothing() -> None:
    """They belong to the line; only the whole originals fill it."""
    whole = _study("CT", "CHEST", "", "200/200")
    lacking = {
        **whole,
        "studies": [{**whole["studies"][0], "series": [{"modality": "CT", "images": 200, "missing": 4}]}],
    }
    items = checklist("breathing")
    assert "chest_ct" in proposed(shown(Record("u", "document", "a", 1, "stored", facts=whole)), items).fills
    match = proposed(shown(Record("u", "document", "a", 1, "stored", facts=lacking)), items)
    assert "chest_ct" not in match.fills
    assert "chest_ct" in match.filed
    photo = proposed(shown(Record("u", "photo", "chest x-ray.jpg", 1, "stored", facts={"is": "jpeg"})), items)
    assert (photo.fills, "chest_xray" in photo.filed, photo.why) == ((), True, "x ray chest")


def test_a_film_without_a_word_is_an_x_ray_and_a_voice_note_is_no_test() -> None:
    """The look of a picture is a hint for the doctors' sheet; it ticks nothing."""
    film = shown(Record("u", "photo", "", 1, "stored", facts={"is": "jpeg", "film": True}))
    assert list(film) == ["xray/paper"]
    assert list(shown(Record("u", "voice", "", 1, "stored", "blood test"))) == ["voice"]


def test_the_files_are_whole_and_names_are_in_both_languages() -> None:
    """Every line of the checklists has its row; every subject has an order and two names."""
    assert set(book().ways) == set(every_item())
    assert all(one.order in ORDERS and one.en and HAN.search(one.zh_Hant + "磷" * one.zh_Hant.isascii()) for one in book().subjects.values())  # fmt: skip
    assert plainly("Ｘ光片_T4-Result20260503") == " x 光片 t4 result 20260503 "


SHOWN = """
version = "1"
status = "to be signed"
[[subject]]
id = "cbc"
en = "Blood count"
zh_Hant = "血球"
order = "lab"
words = ["cbc"]
"""


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ('version = "1"', "version = 1", "needs a version"),
        ("[[subject]]", "[subject]", r"write \[\[subject\]\] with two brackets"),
        ('order = "lab"', 'order = "laboratory"', "the order “laboratory” is none of"),
        ('order = "lab"', 'order = "lab"\nweight = 3', "has what nobody reads: weight"),
        ('en = "Blood count"', "", "needs an id and words in both languages"),
        ('words = ["cbc"]', 'words = "cbc"', "cbc: words must be a list of words"),
        ('words = ["cbc"]', "need = 0", "need must be a whole number from 1 to 9"),
        ('words = ["cbc"]', 'groups = ["cbc"]', "cbc: groups must be a list of words"),
    ],
)
def test_a_wrong_file_of_words_is_refused_with_a_reason(was: str, becomes: str, sentence: str) -> None:
    """Whoever edits it is a vet."""
    filled = (subjects._FOLDER / "matching_items.toml").read_text(encoding="utf-8")
    with pytest.raises(ListRefused, match=sentence):
        read(SHOWN.replace(was, becomes), filled)


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ('t4 = ["t4"]', "", "must hold every line of the checklists once, and no other: t4"),
        ('t4 = ["t4"]', 't4 = ["t4"]\nghost = []', "and no other: ghost"),
        ('t4 = ["t4"]', 't4 = ["t5"]', "t4: matching.toml has nothing called t5"),
        ("kidney_values = 2", "kidney_values = 1", r"\[dates\] holds checklist lines with a number above 1"),
        ('lab_pages = ["order:lab"]', 'lab_pages = ["order:labs"]', "nothing is called order:labs"),
    ],
)
def test_a_wrong_file_of_lines_is_refused_with_a_reason(was: str, becomes: str, sentence: str) -> None:
    """A line that nobody asks for, a subject that nobody knows."""
    texts = [(subjects._FOLDER / name).read_text(encoding="utf-8") for name in ("matching.toml", "matching_items.toml")]
    assert was in texts[1]
    with pytest.raises(ListRefused, match=sentence):
        read(texts[0], texts[1].replace(was, becomes, 1))
