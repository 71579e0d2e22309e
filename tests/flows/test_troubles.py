"""Every problem that a file can have is told in one sentence with what to do, in both languages, with the file's name."""

import re
from pathlib import Path

import pytest

from flows import quality, troubles
from flows.case import Case, Record
from flows.wording import LANGUAGES
from tests.builders import a_case

CONTRACT = (Path(__file__).parents[2] / "docs/decisions/0013-records.md").read_text(encoding="utf-8")
LOOKS = ("word", "excel", "gif", "tiff", "bmp", "rar", "7z", "iso", "html", "text", "powerpoint", "other", "")
BOTH = pytest.mark.parametrize("language", LANGUAGES)


def codes() -> list[str]:
    """The problems of the contract."""
    return re.findall(r'"(\w+)"', CONTRACT.partition("\nProblems: ")[2].partition("\n\n")[0])


def told(language: str, **fields: object) -> tuple[Case, Record]:
    """A case with one file that has a problem."""
    plain = {"unique": "u", "kind": "document", "name": "lab report.pdf", "size": 1, "state": "stored"}
    record = Record(**(plain | fields))  # type: ignore[arg-type]
    return a_case(records=(record,), language=language), record


def test_the_contract_names_problems() -> None:
    """Else the tests below would test nothing."""
    assert len(codes()) >= 14


@BOTH
def test_every_problem_of_the_contract_has_its_own_sentence(language: str) -> None:
    """Which file, what is wrong, what to do: short enough to be read by somebody who is afraid."""
    said = {
        code: troubles.sentence(*told(language, problem=code))
        for code in [*codes(), "too_big", "too_many", "unreachable"]
    }
    assert len(set(said.values())) == len(said)
    for sentence in said.values():
        assert "lab report.pdf" in sentence
        assert 12 <= len(sentence) <= 200
        assert not re.search(r"[{}]", sentence)


@BOTH
def test_every_kind_that_is_refused_is_named_with_what_to_do_instead(language: str) -> None:
    """What nobody knows hears what can be taken."""
    said = {
        look: troubles.sentence(*told(language, problem="unknown_kind", facts={"looks_like": look})) for look in LOOKS
    }
    assert len(set(said.values())) == len(LOOKS) - 1
    assert said["other"] == said[""]
    assert all("lab report.pdf" in sentence for sentence in said.values())


@pytest.mark.parametrize(
    ("entries", "more", "words"),
    [(1, 0, "“0.exe”;"), (3, 0, "“0.exe”, “1.exe”, “2.exe”;"), (4, 0, "“2.exe” and 1 more;"), (12, 30, "“2.exe” and 39 more;")],
)  # fmt: skip
def test_three_entries_of_an_archive_are_named(entries: int, more: int, words: str) -> None:
    """The others are counted; an archive without refused entries says nothing."""
    refused = [{"name": f"{n}.exe", "problem": "unknown_kind"} for n in range(entries)]
    case, record = told("en", facts={"refused": refused, "refused_more": more})
    assert words in "".join(troubles.refused_inside(case, record))
    assert list(troubles.refused_inside(*told("en"))) == []


def test_a_file_is_called_as_the_owner_knows_it() -> None:
    """By its name, its place in the album, or as what it is; a long name is cut in its middle."""
    album = tuple(Record(f"u{n}", "photo", "", 1, "stored", album="x") for n in range(3))
    assert troubles.called(a_case(records=album), album[1]) == "picture 2 of 3"
    assert troubles.called(*told("en", kind="photo", name="", album="x")) == "the picture"
    assert troubles.called(*told("en", kind="voice", name="")) == "the voice message"
    long = troubles.called(*told("zh_Hant", name="檢驗" * 60 + ".pdf"))
    assert len(long) <= troubles.NAME + 2
    assert long.endswith(".pdf」")


@BOTH
def test_of_many_poor_pictures_some_are_named(language: str) -> None:
    """The question stays one short message."""
    album = tuple(
        Record(f"u{n}", "photo", "", 1, "stored", album="x", facts={"flaws": ["blurred", "cut"]}) for n in range(30)
    )
    text = quality.question(a_case(records=album, language=language), album)
    assert text.count("•") == quality.MOST_NAMED
    assert len(text) < 700


def test_an_x_ray_on_a_screen_gets_another_advice_than_a_page() -> None:
    """Both where there are both."""
    page, film = ({"flaws": ["glare"]}, {"flaws": ["glare"], "film": True})
    records = tuple(Record(f"u{n}", "photo", "", 1, "stored", facts=facts) for n, facts in enumerate((page, film)))
    case = a_case(records=records)
    told_ = [quality.question(case, chosen) for chosen in (records[:1], records[1:], records)]
    assert ["daylight" in text for text in told_] == [True, False, True]
    assert ["original file" in text for text in told_] == [False, True, True]
