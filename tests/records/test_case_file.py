"""The case file on paper, read back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import pypdfium2
import pytest

from app.rehearsal.clinic import clinic
from flows.case import Case, Record, Status
from flows.case_file import HEADINGS, case_file
from flows.wording import LANGUAGES, say
from records.case_file import case_file_beside, case_file_pdf
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


def read(pdf: bytes) -> list[str]:
    return ["".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(pdf)]


def words(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_the_case_is_on_the_paper(language: str) -> None:
    case = a_full_case()
    found = plain(case, language)
    pages = read(case_file_beside(found, {"a" * 64: PICTURE}))
    text = "".join(pages)
    assert len(pages) == 2
    said = (
        [told["words"] for told in found["summary"]]
        + [event["words"] for event in found["events"]]
        + found["checklist"]
    )
    told = [found["title"], found["made"], found["clinic"], found["verdict"].split(" ", 1)[1], *said]
    unused = {"none"}
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
    text = "".join(read(case_file_pdf(plain(hostile, "en"), {})))
    assert words(SHOWN) in text


def test_the_line_of_time_is_in_order_and_rough_days_are_called_so() -> None:
    events = case_file(a_full_case(), clinic(), "en", NOW).events
    assert [(event.day, event.about) for event in events] == [
        ("2026-05-03", False), ("2026-11-02", True), ("2026-11-23", False), ("2026-11-30", True),
    ]  # fmt: skip


def test_a_case_without_records_has_its_file_too() -> None:
    assert words("No records yet.") in "".join(read(case_file_pdf(plain(a_full_case(records=()), "en"), {})))


def test_pictures_that_are_too_many_for_telegram_are_left_out_and_keep_their_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("records.case_file.MOST_PICTURE_BYTES", len(PICTURE))
    records = tuple(a_record(number, preview=f"{number}" * 64) for number in (1, 2, 3))
    pictures: Mapping[str, bytes] = {f"{number}" * 64: PICTURE for number in (1, 2, 3)}
    found = plain(a_full_case(records=records), "en")
    pages = read(case_file_beside(found, pictures))
    assert len(pages) == 2
    assert all(f"{number:064x}"[:12] in pages[0] for number in (1, 2, 3))


def test_the_same_case_gives_the_same_bytes() -> None:
    found = plain(a_full_case(), "zh_Hant")
    assert case_file_beside(found, {"a" * 64: PICTURE}) == case_file_pdf(found, {"a" * 64: PICTURE})
