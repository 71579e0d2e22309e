"""The doctors' contact sheet."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops

from records import sheet
from records.sheet import contact_sheet
from tests.records.hostile import photo, saved

PREVIEW = saved(photo(), "JPEG")


def drawn(count: int, label: str = "photo 22 Nov") -> Image.Image:
    return Image.open(BytesIO(contact_sheet([(PREVIEW, label)] * count, "Case K7QXMP")))


@pytest.mark.parametrize("count", [1, 2, 3, 7, 25, 60, 200])
def test_a_sheet_is_wide_enough_for_a_phone_and_not_too_long_for_telegram(count: int) -> None:
    image = drawn(count)
    assert image.width >= 1000
    assert image.width + image.height <= 10_000
    assert image.height <= image.width * 20


def test_no_preview_still_gives_a_sheet_with_its_title() -> None:
    assert drawn(0).width >= 1000


def test_a_preview_that_cannot_be_read_leaves_its_cell_empty() -> None:
    whole = contact_sheet([(PREVIEW, "1"), (b"\xff\xd8\xffbroken", "2"), (b"", "3")], "t")
    assert Image.open(BytesIO(whole)).size == drawn(3).size


def test_labels_differ_also_in_chinese() -> None:
    pair = [drawn(1, label).convert("L") for label in ("血檢 11月22日", "腹部 11月22日")]
    assert ImageChops.difference(*pair).getbbox() is not None


def test_without_a_chinese_font_the_sheet_is_drawn_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet._font.cache_clear()
    monkeypatch.setattr(sheet, "FONTS", ())
    try:
        assert drawn(2, "血檢 22 Nov").width >= 1000
    finally:
        sheet._font.cache_clear()
