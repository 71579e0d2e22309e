"""The case file on paper, read back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pypdfium2
import pytest

from app.rehearsal.clinic import clinic
from flows.case import Case, Record, Status
from flows.case_file import HEADINGS, case_file
from flows.wording import LANGUAGES, say
from records.case_file import case_file_beside
from records.fonts import one_line
from tests.builders import a_case
from tests.records.hostile import photo, saved

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
PICTURE = saved(photo(), "JPEG")
HOSTILE = "#panic() $x$ *b* `c` <b>&amp; \\ @ref [x] \u202egnp.exe 𠮷 𡘙 🐈 a\u0000b"
SHOWN = "#panic() $x$ *b* `c` <b>&amp; \\ @ref [x] gnp.exe 𠮷 𡘙"


def a_record(number: int, **more: Any) -> Record:
    plain = {
        "unique": f"u{number}",
        "kind": "document",
        "name": "Mei Lin.pdf",
        "size": 1_234_567,
        "state": "stored",
        "file": f"{number:064x}",
    }
    return Record(**(plain | more))


def a_full_case(**more: Any) -> Case:
    answers = {
        "problem": "kidney", "cat_name": "咪咪", "cat_age": "12 years", "since": "weeks", "due": "week",
        "question": "Should we start dialysis?", "story": "她三週前開始多喝多尿。",
    }  # fmt: skip
    records = (
        a_record(1, preview="a" * 64, day="2026-05-03", dated=True, facts={"is": "jpeg"}),
        a_record(2, problem="locked", facts={"is": "pdf"}),
    )
    known = {"status": Status.REVIEW, "submitted_at": NOW, "created_at": NOW, "updated_at": NOW, "zone": "Asia/Taipei"}
    return a_case(**({"answers": answers, "records": records, "phone": "+886912345678"} | known | more))


def plain(case: Case, language: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(orjson.dumps(case_file(case, clinic(), language, NOW)))
    return found


def printed(file: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF. A picture that is not among these is not on the shelf."""
    out, shelf = BytesIO(), pictures or {}

    def get(sha: str) -> bytes:
        if sha not in shelf:
            raise FileNotFoundError
        return shelf[sha]

    case_file_beside(file, get, out)
    return out.getvalue()


def read(pdf: bytes) -> list[str]:
    return ["".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(pdf)]


def words(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_the_case_is_on_the_paper(language: str) -> None:
    case = a_full_case()
    found = plain(case, language)
    pages = read(printed(found, {"a" * 64: PICTURE}))
    text = "".join(pages)
    assert len(pages) == 2
    said = (
        [told["words"] for told in found["summary"]]
        + [event["words"] for event in found["events"]]
        + found["checklist"]
    )
    told = [found["title"], found["made"], found["clinic"], found["verdict"].split(" ", 1)[1], *said]
    unused = {"none", "left_out", "full"}
    told += [say(language, sentence) for name, sentence in HEADINGS.items() if name not in unused]
    told += [entry[name] for entry in found["index"] for name in ("day", "kind", "size", "mark", "minded")]
    assert [one for one in told if words(one_line(one)) not in text] == []  # paper has no emoji
    assert "□" not in text
    assert words("1 / 2") in pages[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_the_owner_is_on_it(language: str) -> None:
    text = str(plain(a_full_case(), language))
    assert not any(private in text for private in ("Mei Lin", "912345678", "1001"))


@pytest.mark.parametrize("field", ["cat_name", "story", "question", "cat_age", "since"])
def test_words_of_a_person_are_words_on_paper_and_nothing_else(field: str) -> None:
    case = a_full_case()
    hostile = a_full_case(answers={**case.answers, field: HOSTILE})
    text = "".join(read(printed(plain(hostile, "en"))))
    assert words(SHOWN) in text


def test_the_line_of_time_is_in_order_and_rough_days_are_called_so() -> None:
    events = case_file(a_full_case(), clinic(), "en", NOW).events
    assert [(event.day, event.about) for event in events] == [
        ("2026-05-03", False), ("2026-11-02", True), ("2026-11-23", False), ("2026-11-30", True),
    ]  # fmt: skip


def test_a_case_without_records_has_its_file_too() -> None:
    assert words("No records yet.") in "".join(read(printed(plain(a_full_case(records=()), "en"))))


def pictures_on(pdf: bytes) -> int:
    image = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
    return sum(one.type == image for page in pypdfium2.PdfDocument(pdf) for one in page.get_objects())


def test_the_newest_previews_are_kept_when_there_is_no_room_and_the_others_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All keep their lines in the index; what has no day comes after what has one."""
    monkeypatch.setattr("records.case_file.MOST_BYTES", 2 * len(PICTURE))
    days = {1: "2026-05-03", 2: "", 3: "2026-11-03", 4: "2026-11-02", 5: "2024-01-01"}
    records = tuple(a_record(n, preview=f"{n}" * 64, day=day, dated=True) for n, day in days.items())
    pdf = printed(plain(a_full_case(records=records), "en"), {f"{n}" * 64: PICTURE for n in days})
    text = "".join(read(pdf))
    assert pictures_on(pdf) == 2
    assert "previewsof1–2,5." in text
    assert all(f"{n:064x}"[:12] in text for n in days)


@pytest.mark.parametrize("data", [None, b"", b"GIF89a", b"\xff\xd8\xffbroken", b'{"a": 1}'])
def test_what_is_gone_or_no_picture_is_named_as_left_out(data: bytes | None) -> None:
    pdf = printed(plain(a_full_case(), "en"), {} if data is None else {"a" * 64: data})
    assert pictures_on(pdf) == 0
    assert "previewsof1." in "".join(read(pdf))


def test_a_picture_that_breaks_off_does_not_stop_the_paper() -> None:
    assert read(printed(plain(a_full_case(), "en"), {"a" * 64: PICTURE[: len(PICTURE) // 2]}))


def test_a_shelf_that_does_not_answer_is_told_of() -> None:
    """Nothing is sent without its pictures because of that: it is tried again."""

    def away(_: str) -> bytes:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        case_file_beside(plain(a_full_case(), "en"), away, BytesIO())


def test_a_child_that_fails_is_told_of() -> None:
    with pytest.raises(OSError, match="could not be set"):
        case_file_beside({"pictures": [], "odd": "no fields"}, lambda _: b"", BytesIO())


def test_no_folder_of_pictures_stays_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Also when the child failed."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    printed(plain(a_full_case(), "en"), {"a" * 64: PICTURE})
    with pytest.raises(OSError, match="could not be set"):
        case_file_beside({"pictures": []}, lambda _: b"", BytesIO())
    assert list(tmp_path.iterdir()) == []


def test_the_same_case_gives_the_same_bytes() -> None:
    found = plain(a_full_case(), "zh_Hant")
    assert printed(found, {"a" * 64: PICTURE}) == printed(found, {"a" * 64: PICTURE})


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_that_the_summary_cuts_short_stands_there_in_full(language: str) -> None:
    """With its lines, and hostile as it may be; a short one is not said twice."""
    case = a_full_case()
    heading = words(say(language, HEADINGS["full"]))
    assert heading not in "".join(read(printed(plain(case, language))))
    told = "\n".join(f"{day}: {SHOWN}" for day in range(1, 40)) + " the last word"
    long = replace(case, answers={**case.answers, "story": told.replace(SHOWN, HOSTILE)})
    paper = "".join(read(printed(plain(long, language))))
    assert heading in paper
    assert words("39: #panic()") in paper
    assert words("the last word") in paper
