"""Letters on paper: what was written is what can be read, and nothing of it is run."""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pypdfium2
import pytest

from records import fonts
from records.letter import MOST_PAGES, letter_beside, letter_pdf

ENGLISH = """Dear Ms Chan,

Thank you for Mimi's records. Office, first, "fluffy" -- and 'so on'... ~ 5 µg/dL
• Kidneys: the left one is small (2.9 cm), its cortex brighter than usual, and this line is long enough to need a second one.
• Blood pressure: 165 mmHg.

Dr Lin"""
CHINESE = """陳小姐您好：

謝謝您把咪咪（Mimi，12歲，3.8 kg）的病歷交給我們。以下是我們在此刻的評估；第二意見不是對第一位醫師的評判，也不一定更好，請您放心。
• 腎臟：IRIS 第 2 期，肌酸酐180–212 μmol/L。
• 建議：「兩週後」複查，每天皮下輸液100 mL。
　　𠮷野堃喆𡘙𨋢，敬上。"""
TYPST = """#let x = 1; #x #read("/etc/passwd") #panic("no") #image("a.png") #import "@preview/a:0.1.0": *
= Heading
$ y^2 $ *bold* _it_ `raw` ```rust fn``` \\ \\u{41} <label> @ref // comment
/* comment */ - list + list / term: x -- --- ~ [a] {b} ]}) "quoted" 'quoted'
https://example.org/#a"""


def read(pdf: bytes) -> list[str]:
    """What a reader program copies out of each page; of the ends of lines only those that were laid out are there."""
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in pypdfium2.PdfDocument(pdf)]


def packed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("text", [ENGLISH, CHINESE, TYPST], ids=["english", "chinese", "typst"])
def test_a_text_comes_back_to_the_letter(text: str) -> None:
    """Also what looks like Typst; every Chinese character has its glyph, for one without could not be copied out again."""
    (page,) = read(letter_pdf([text], "Case K7QXMP"))
    assert packed(page) == packed(text)


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["english", "chinese"])
def test_lines_and_their_spaces_stay(text: str) -> None:
    """Each line that fits on one line of the paper is found again as it was; no space is put between Chinese and Latin."""
    (page,) = read(letter_pdf([text], "t"))
    short = [line.strip() for line in text.split("\n") if line and len(line.encode()) < 80]
    assert len(short) >= 3
    assert [line for line in short if line not in [found.strip() for found in page.split("\n")]] == []


def test_one_page_for_each_text_without_a_number() -> None:
    pages = read(letter_pdf([ENGLISH, CHINESE, "Third"], "t"))
    assert [packed(page) for page in pages] == [packed(text) for text in (ENGLISH, CHINESE, "Third")]


def test_a_text_of_several_pages_numbers_them_and_loses_no_line() -> None:
    """The count begins anew with each text, and the one-page texts beside it have none."""
    long = [f"{number}. 第{number}行 line" for number in range(1, 101)]
    first, *middle, last = read(letter_pdf(["Before", "\n".join(long), "After"], "t"))
    assert (first, last) == ("Before", "After")
    assert [page.split("\n")[-1] for page in middle] == [f"{at} / {len(middle)}" for at in range(1, len(middle) + 1)]
    assert [line for page in middle for line in page.split("\n")[:-1]] == long


@pytest.mark.parametrize("text", ["", "\n\n", " \t ", "\u202e\u200b"])
def test_an_empty_text_is_an_empty_page(text: str) -> None:
    assert read(letter_pdf([text, "next"], "")) == ["", "next"]


def test_a_letter_without_any_text_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one text"):
        letter_pdf([], "t")


@pytest.mark.parametrize(
    "pages",
    [["字"] * (MOST_PAGES + 1), ["line\n" * 900], ["字" * 90_000], ["word " * 10**6], ["\n" * 10**6]],
    ids=["texts", "lines", "characters", "words", "ends"],
)
def test_more_than_twenty_pages_are_refused_with_a_sentence(pages: list[str]) -> None:
    with pytest.raises(ValueError, match=r"A letter has at most 20 pages\."):
        letter_pdf(pages, "t")


def test_twenty_pages_are_set() -> None:
    assert len(read(letter_pdf(["字"] * MOST_PAGES, "t"))) == MOST_PAGES
    assert len(read(letter_pdf(["word " * 12_000], "t"))) in range(15, MOST_PAGES + 1)


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("Mimi 👍🏽❤️👨‍👩‍👧🇹🇼1️⃣ ok", "Mimi 1 ok"),
        ("שלום ไทย", "□□□□ □□□"),
        ("\ud800a\x00b\u202ec\u2066d\x0ce\ufefff", "abcd\nef"),
        ("a\tb\u00a0c\u2003d", "a b c d"),
        ("Andre\u0301", "Andre\u0301"),
        ("\ue000\U000e0101", "□"),
    ],
    ids=["emoji", "scripts", "control", "blanks", "accent", "private"],
)
def test_what_the_font_lacks_is_left_out_or_seen_to_be_lost(text: str, paper: str) -> None:
    """Emoji go, letters of other scripts become boxes, control characters go; the title may hold all of them too."""
    assert read(letter_pdf([text], text)) == [paper]


@pytest.mark.parametrize(
    "text", ["https://example.org/" + "a" * 400, "！" * 200, "W" * 200, "□" * 200, "a\u00a0" * 300]
)
def test_nothing_leaves_the_paper(text: str) -> None:
    """Long runs are broken within the margins, and copied out without a mark of that."""
    pdf = letter_pdf([text], "t")
    (page,) = pypdfium2.PdfDocument(pdf)
    inside = page.get_textpage()
    boxes = [inside.get_charbox(at) for at in range(inside.count_chars())]
    assert all(left > 60 and right < page.get_width() - 60 for left, _, right, _ in boxes if right > left)
    assert packed(read(pdf)[0]) == packed(text)


def test_every_glyph_is_drawn_from_an_embedded_font() -> None:
    """The subset travels with the letter, and each Chinese character leaves ink of its own."""
    (page,) = pypdfium2.PdfDocument(letter_pdf(["腎臟病歷"], "t"))
    fonts = {found.get_font() for found in page.get_objects() if hasattr(found, "get_font")}
    assert fonts
    assert all(font.is_embedded and "NotoSansCJKtc" in font.get_base_name() for font in fonts)
    inside = page.get_textpage()
    picture = page.render(scale=4).to_pil().convert("L")
    drawn = set()
    for at in range(4):
        left, bottom, right, top = inside.get_charbox(at)
        corners = (left, page.get_height() - top, right, page.get_height() - bottom)
        drawn.add(picture.crop(tuple(round(4 * place) for place in corners)).tobytes())
    assert len(drawn) == 4


def test_the_font_has_the_characters_it_is_said_to_have() -> None:
    there, missing = "Aé中堃𠮷µ•–□「", "👍א\U000e0101"
    assert [fonts.in_font(character) for character in there + missing] == [True] * len(there) + [False] * len(missing)


def test_the_same_letter_is_the_same_bytes_in_every_process() -> None:
    """No date, no chance, no order of a dictionary; also under another clock and another hash seed."""
    program = "import sys; from records.letter import letter_pdf; sys.stdout.buffer.write(letter_pdf(['腎臟 a'], 't'))"
    made = [
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    ]
    assert made == [letter_pdf(["腎臟 a"], "t")] * 2
    assert b"CreationDate" not in made[0]


def test_letters_written_at_once_do_not_mix() -> None:
    """Each thread gets the letter that it asked for."""
    texts = [CHINESE * (number + 1) for number in range(12)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda text: letter_pdf([text], "t"), texts)) == [letter_pdf([t], "t") for t in texts]


def test_the_title_is_what_a_reader_program_shows() -> None:
    document = pypdfium2.PdfDocument(letter_pdf(["text"], "第二意見 #panic()\nK7QXMP"))
    assert document.get_metadata_dict()["Title"] == "第二意見 #panic() K7QXMP"


def test_a_letter_is_small_and_quick() -> None:
    """Two pages with as many different characters as two full pages of Chinese have, about 400; the first letter loads Typst and the font."""
    letter_pdf(["first"], "t")
    started = time.process_time()
    made = letter_pdf(
        [ENGLISH + "\n" + "long words " * 200, CHINESE + "\n" + "".join(map(chr, range(0x6000, 0x6190)))], "t"
    )
    assert time.process_time() - started <= 0.5
    assert len(made) <= 200_000


def test_who_writes_no_letter_loads_no_typst() -> None:
    program = "import sys, records.letter; sys.exit('typst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_letter_written_beside_the_service_is_the_same_and_leaves_nothing_in_it() -> None:
    """Typst would keep its memory for ever; the process that loaded it is gone."""
    program = (
        "import sys\nfrom records.letter import letter_beside\n"
        "made = letter_beside(['Dear colleagues', '醫師您好'], 'Clinic')\n"
        "sys.stdout.buffer.write(made)\nsys.exit('typst' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == letter_pdf(["Dear colleagues", "醫師您好"], "Clinic")


def test_what_is_refused_beside_is_refused_with_the_same_sentence() -> None:
    """The sentence comes back over the connection."""
    with pytest.raises(ValueError, match="at most 20 pages"):
        letter_beside(["x"] * 21, "Clinic")
