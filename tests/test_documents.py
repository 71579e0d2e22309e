"""The documents keep up with the program: a complete glossary, living links, decisions with their headings, small pictures."""

import re
from pathlib import Path
from typing import get_args

import pytest

from flows import effects, incoming
from flows.card import STANDING
from flows.case import Status
from flows.wording import say

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("*.md", "docs/**/*.md", "bench/**/*.md", "tests/**/*.md", "sandbox/**/*.md", "flows/**/*.md")
DOCUMENTS = sorted({file for place in PLACES for file in ROOT.glob(place)})
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
GLOSSARY = ROOT / "docs" / "glossary.md"

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def rows() -> list[list[str]]:
    """The glossary's rows: word, Chinese, meaning."""
    lines = GLOSSARY.read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in cells if row[0] != "Word" and not set("".join(row)) <= set("-: ")]


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as they are made from the words."""
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("kind", ["status", "incoming", "effect"])
def test_every_status_incoming_and_effect_is_in_the_glossary(kind: str) -> None:
    """What the program has a name for, people can look up, in both languages."""
    names = {
        "status": [status.value for status in Status],
        "incoming": [member.__name__ for member in get_args(incoming.Incoming)],
        "effect": [member.__name__ for member in get_args(effects.Effect)],
    }[kind]
    words = {row[0] for row in rows()}
    assert [name for name in names if f"`{name}`" not in words] == []


def test_every_word_of_the_glossary_has_chinese_and_a_meaning() -> None:
    """Three cells a row, none of them empty, Chinese in the second."""
    for row in rows():
        assert len(row) == 3, row
        assert all(row), row
        assert re.search("[\u4e00-\u9fff]", row[1]), row


def test_a_status_is_called_in_the_glossary_what_the_card_calls_it() -> None:
    """The doctors' card and the glossary use the same Chinese words."""
    chinese = {row[0]: row[1] for row in rows()}
    called = {f"`{status.value}`": say("zh_Hant", words) for status, words in STANDING.items()}
    assert {word: chinese[word] for word in called} == called


def test_no_word_stands_twice_in_the_glossary() -> None:
    """One word for one thing."""
    words = [row[0] for row in rows()]
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize("file", DOCUMENTS, ids=name_of)
def test_no_document_has_a_dead_relative_link(file: Path) -> None:
    """Every file, picture and heading that is linked to is there."""
    text = _CODE.sub("", file.read_text("utf-8"))
    dead = []
    for link in _LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        if not target.exists() or (anchor and anchor not in anchors(target.read_text("utf-8"))):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("file", DECISIONS, ids=name_of)
def test_every_decision_has_its_four_headings_and_a_number_of_its_own(file: Path) -> None:
    """Context, Decision, Status, Consequences, in this order."""
    heads = re.findall(r"^## (.+)$", file.read_text("utf-8"), re.MULTILINE)
    wanted = ["Context", "Decision", "Status", "Consequences"]
    assert [head for head in heads if head in wanted] == wanted
    assert [other.name for other in DECISIONS if other.name[:4] == file.name[:4]] == [file.name]


@pytest.mark.parametrize("file", DOCUMENTS, ids=name_of)
def test_files_and_functions_that_documents_name_are_there(file: Path) -> None:
    """`folder/file.py: name` in a document is a promise to whoever follows it."""
    spans = re.findall(r"`((?:\w+/)+\w+\.py)(?:: ?([\w.]+))?`", file.read_text("utf-8"))
    for path, name in spans:
        assert (ROOT / path).is_file(), path
        for part in filter(None, name.split(".")):
            assert re.search(rf"\b{part}\b", (ROOT / path).read_text("utf-8")), f"{path}: {name}"


def test_the_pictures_of_the_readme_are_small_and_of_one_size() -> None:
    """At most 400 KB each, so that the page opens on a telephone."""
    for picture in (ROOT / "docs" / "pictures").glob("*.png"):
        head = picture.read_bytes()
        assert len(head) <= 400 * 1024
        assert (int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")) == (1500, 950)


def test_the_doctors_pictures_are_small_and_all_of_them_are_shown() -> None:
    """At most 400 KB each; one that no page shows is left over from an earlier version."""
    shown = (ROOT / "docs" / "doctors.md").read_text(encoding="utf-8")
    pictures = list((ROOT / "docs" / "pictures" / "doctors").glob("*.png"))
    assert len(pictures) == shown.count("](pictures/")
    for picture in pictures:
        assert picture.stat().st_size <= 400 * 1024
        assert f"(pictures/doctors/{picture.name})" in shown
