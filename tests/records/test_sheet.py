"""The doctors' contact sheet."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageFont

from records.fonts import FACE, FAMILY, font_file
from records.sheet import Tile, sheet_beside
from records.sheet_drawing import LABEL_LINES, WIDTH, Place, contact_sheet, fitting, label_height, places
from tests.records.hostile import photo, saved

PICTURE = saved(photo(), "JPEG")
TILE = Tile(PICTURE, 1, "3 May 2026", "Blood count 血球計數")


def a_sheet(count: int, wide: tuple[int, ...] = ()) -> list[Tile]:
    return [replace(TILE, number=number + 1, wide=number in wide) for number in range(count)]


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("L")


@pytest.mark.parametrize("count", [0, 1, 2, 4, 5, 12])
@pytest.mark.parametrize("wide", [(), (0,), (1, 3)])
def test_tiles_stand_inside_the_sheet_and_do_not_touch(count: int, wide: tuple[int, ...]) -> None:
    """Each with the room for its label below."""
    found = places(a_sheet(count, wide))
    assert len(found) == count
    for number, place in enumerate(found):
        assert place.left > 0
        assert place.left + place.width < WIDTH
        assert all(_apart(place, other) for other in found[:number])


def _apart(one: Place, other: Place) -> bool:
    beside = one.left >= other.left + other.width or other.left >= one.left + one.width
    return beside or one.top >= other.top + other.height + label_height()


@pytest.mark.parametrize("count", [1, 3, 12])
def test_a_sheet_is_as_wide_and_as_high_as_telegram_leaves_it(count: int) -> None:
    image = opened(contact_sheet(a_sheet(count), "Case K7QXMP"))
    assert image.width == WIDTH
    assert image.height <= 2 * WIDTH


def test_a_label_is_cut_to_its_lines_and_its_room() -> None:
    words = fitting(
        "Urinalysis and urine protein : creatinine ratio 尿液檢查與尿蛋白肌酸酐比 " * 3, 34, 400, LABEL_LINES
    )
    assert len(words) == LABEL_LINES
    assert words[-1].endswith("…")
    assert fitting("胸腔 X 光", 34, 400, LABEL_LINES) == ["胸腔 X 光"]
    assert fitting("", 34, 400, LABEL_LINES) == [""]


def test_a_long_word_is_broken_and_nothing_is_lost_of_what_fits() -> None:
    assert "".join(fitting("貓" * 20, 34, 400, LABEL_LINES)) == "貓" * 20


@pytest.mark.parametrize(
    "other",
    [{"label": "Blood count 尿液檢查"}, {"day": "4 May 2026"}, {"mark": "blurred"}, {"number": 2}, {"picture": b"no picture"}],
)  # fmt: skip
def test_all_that_is_known_of_a_record_can_be_seen(other: dict[str, object]) -> None:
    pair = [opened(contact_sheet([replace(TILE, **one)], "t")) for one in ({}, other)]  # type: ignore[arg-type]
    assert ImageChops.difference(*pair).getbbox() is not None


def test_a_day_is_written_once_where_it_begins() -> None:
    same = contact_sheet([TILE, TILE], "t")
    differ = contact_sheet([TILE, replace(TILE, day="4 May 2026")], "t")
    assert ImageChops.difference(opened(same), opened(differ)).getbbox() is not None
    first, second = places([TILE, TILE])
    box = (second.left + 68, second.top, second.left + 300, second.top + 40)
    plain = opened(contact_sheet([replace(TILE, day=""), replace(TILE, day="")], "t"))
    assert ImageChops.difference(opened(same).crop(box), plain.crop(box)).getbbox() is None
    assert first.top == second.top


def test_a_picture_that_cannot_be_read_leaves_its_cell_empty() -> None:
    whole = contact_sheet([TILE, replace(TILE, picture=b"\xff\xd8\xffbroken"), replace(TILE, picture=b"")], "t")
    assert opened(whole).size == opened(contact_sheet([TILE] * 3, "t")).size


def test_the_sheet_of_the_child_is_the_same() -> None:
    tiles = [TILE, replace(TILE, picture=b"", mark="blurred")]
    assert sheet_beside(tiles, "Case K7QXMP 病歷") == contact_sheet(tiles, "Case K7QXMP 病歷")


def test_the_font_is_the_face_for_taiwan() -> None:
    assert ImageFont.truetype(str(font_file()), 20, index=FACE).getname()[0] == FAMILY
