"""What a PDF tells: pages, pictures, words and dates; and what it must not do."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from records.findings import Opened
from records.letter import letter_pdf
from records.preview import open_record
from tests.records.papers import locked, paper, pdf, scan, stream

LINE = "Creatinine 3.1 mg/dL, seen on 3 May 2026 at the clinic"


def sizes(found: Opened) -> tuple[tuple[int, int], tuple[int, int]]:
    assert found.preview is not None
    assert found.thumb is not None
    return Image.open(BytesIO(found.preview)).size, Image.open(BytesIO(found.thumb)).size


def test_a_page_is_shown_and_its_words_and_dates_are_told() -> None:
    found = open_record(paper([LINE]), "a.jpg")
    assert (found.kind, found.problem) == ("pdf", "")
    assert found.facts == {"pages": 1, "text": "digital", "words": LINE, "dates": ["2026-05-03"]}
    assert sizes(found) == ((905, 1280), (226, 320))


def test_two_pages_of_a4_lie_side_by_side_and_three_would_be_too_small_to_read() -> None:
    for pages in (2, 3, 5):
        preview, thumb = sizes(open_record(paper([LINE] * pages), "a"))
        assert preview == (1280, 901)
        assert thumb == (226, 320)


def test_four_slips_lie_side_by_side() -> None:
    assert sizes(open_record(paper([LINE] * 6, box=(290, 500)), "a"))[0][0] == 1280
    assert sizes(open_record(paper([LINE] * 6, box=(290, 500)), "a"))[0][1] == 542


def test_a_page_without_text_is_a_scan_and_some_of_both_are_mixed() -> None:
    assert open_record(scan(), "a").facts == {"pages": 1, "text": "scanned"}
    assert open_record(paper([LINE, ""]), "a").facts["text"] == "mixed"
    assert open_record(paper(["Scanned by a program"]), "a").facts["text"] == "scanned"


def test_chinese_words_and_dates_of_the_republic_are_read() -> None:
    found = open_record(
        letter_pdf(
            ["咪咪的血液檢查，民國115年5月3日於快樂貓動物醫院採樣，肌酸酐偏高，建議兩週後追蹤，並量測血壓與尿液比重。"],
            "t",
        ),
        "a",
    )
    assert found.facts["dates"] == ["2026-05-03"]
    assert str(found.facts["words"]).startswith("咪咪的血液檢查")


def test_words_are_the_first_six_hundred_characters_without_control_characters() -> None:
    words = str(open_record(paper(["\n".join([LINE] * 40)]), "a").facts["words"])
    assert len(words) == 600
    assert words.isprintable()


def test_a_password_is_called_a_lock() -> None:
    assert open_record(locked(), "a") == Opened("pdf", problem="locked")


def test_more_than_three_hundred_pages_are_too_many() -> None:
    assert open_record(paper([""] * 301), "a") == Opened("pdf", problem="too_many_pages", facts={"pages": 301})
    assert open_record(paper([""] * 300), "a").facts["pages"] == 300


@pytest.mark.parametrize("box", [(14_400, 14_400), (200_000, 100), (3, 3), (1e7, 1e7)])
def test_a_page_of_any_size_becomes_a_picture_of_ours_or_a_problem(box: tuple[float, float]) -> None:
    found = open_record(paper([LINE], box=box), "a")
    if not found.problem:
        assert max(sizes(found)[0]) <= 1280


def test_a_file_that_lost_its_end_is_called_cut_short() -> None:
    whole = paper([LINE] * 3)
    assert open_record(whole[:900], "a").problem == "cut_short"
    assert open_record(b"%PDF-1.7\n...", "a") == Opened("pdf", problem="cut_short")
    assert open_record(b"%PDF-1.7\n...%%EOF", "a") == Opened("pdf", problem="unreadable")


def test_what_can_still_be_read_of_a_file_without_end_is_shown() -> None:
    found = open_record(paper([LINE]).replace(b"%%EOF", b""), "a")
    assert (found.problem, found.facts["pages"]) == ("cut_short", 1)
    assert found.preview is not None


def test_scripts_and_attachments_do_nothing() -> None:
    script = b"/OpenAction<</S/JavaScript/JS(while(true){app.alert(1)})>>/AA<</WC<</S/Launch/F(/bin/sh)>>>>"
    assert open_record(paper([LINE], catalogue=script), "a").problem == ""


def test_a_tree_of_pages_that_bites_its_tail_ends() -> None:
    found = open_record(pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 9>>"]), "a")
    assert found.problem
    assert found.preview is None


def test_a_form_that_draws_itself_ends() -> None:
    form = stream(b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X 4 0 R>>>>")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</XObject<</X 4 0 R>>>>>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, form, stream(b"/X Do")]
    assert open_record(pdf(objects), "a").facts.get("pages") == 1


def test_a_file_on_the_disk_is_read_by_the_child_alone(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(paper([LINE]))
    assert open_record(path, "a").facts["pages"] == 1
