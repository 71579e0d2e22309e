"""What comes out of the child, whatever went in."""

import asyncio
import os
import random
import signal
import time
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from PIL import Image
from structlog.testing import capture_logs

from records import preview
from records.findings import Opened
from records.preview import open_record, opened
from tests.records.hostile import CANARY, exif, photo, png_header, saved, talkative

PHONE = Path(__file__).with_name("phone.heic")  # with a turn in its container, notes, place and XMP; see hostile.py


def looked_at(found: Opened) -> Image.Image:
    assert found.problem == ""
    assert found.preview is not None
    return Image.open(BytesIO(found.preview), formats=["JPEG"])


def shade(image: Image.Image, x: int, y: int) -> int:
    """One pixel of a picture that has one channel."""
    found = image.getpixel((x, y))
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_metadata_reaches_a_preview(kind: str) -> None:
    data = talkative(kind)
    assert CANARY.encode() in data
    found = open_record(data, f"{CANARY}.jpg")
    assert found.preview is not None
    assert CANARY.encode() not in found.preview
    seen = looked_at(found)
    assert not seen.getexif()
    assert set(seen.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_long_side_is_brought_to_1280_and_the_original_size_is_told() -> None:
    found = open_record(saved(photo(3000, 2000), "JPEG"), "a.jpg")
    assert (found.kind, found.facts["width"], found.facts["height"]) == ("jpeg", 3000, 2000)
    assert looked_at(found).size == (1280, 853)


def test_a_small_picture_is_not_made_larger() -> None:
    assert looked_at(open_record(saved(photo(64, 48), "PNG"), "a")).size == (64, 48)


def test_a_picture_taken_sideways_is_turned_upright() -> None:
    found = open_record(saved(photo(640, 480), "JPEG", exif=exif(6)), "a.jpg")
    seen = looked_at(found)
    assert (found.facts["width"], found.facts["height"]) == (480, 640)
    assert seen.size == (480, 640)
    assert shade(seen.getchannel("G"), 400, 100) < 60
    assert shade(seen.getchannel("R"), 400, 100) > 200


@pytest.mark.parametrize(
    ("mode", "kind"), [("RGBA", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("L", "PNG"), ("1", "PNG"), ("CMYK", "JPEG")]
)
def test_every_common_sort_of_pixel_is_shown(mode: str, kind: str) -> None:
    assert looked_at(open_record(saved(photo(mode=mode), kind), "a")).mode == "RGB"


def test_what_is_transparent_becomes_white() -> None:
    seen = looked_at(open_record(saved(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"), "a"))
    assert seen.getpixel((25, 25)) == (255, 255, 255)


def test_sixteen_bit_grey_keeps_its_shades() -> None:
    row = (20_000).to_bytes(2, "little") * 1000 + (50_000).to_bytes(2, "little") * 1000
    image = Image.frombytes("I;16", (2000, 100), row * 100)
    seen = looked_at(open_record(saved(image, "PNG"), "a")).convert("L")
    assert abs(shade(seen, 100, 30) - 78) < 4
    assert abs(shade(seen, 1200, 30) - 195) < 4


def test_sixteen_bit_grey_that_is_not_made_smaller_keeps_its_shades_too() -> None:
    image = Image.new("I;16", (100, 100), 20_000)
    assert abs(shade(looked_at(open_record(saved(image, "PNG"), "a")).convert("L"), 50, 50) - 78) < 4


@pytest.mark.parametrize("size", [(13_000, 13_000), (60_000, 1000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_of_too_many_pixels_is_refused_on_its_header(size: tuple[int, int]) -> None:
    begun = time.monotonic()
    assert open_record(png_header(*size), "a.png").problem in ("too_many_pixels", "unreadable")
    assert time.monotonic() - begun < 10


def test_just_too_many_pixels_has_a_name() -> None:
    assert open_record(png_header(10_000, 5_001), "a.png") == Opened("png", problem="too_many_pixels")


def test_fifty_megapixels_still_open_within_the_memory_cap() -> None:
    found = open_record(saved(Image.new("RGBA", (7_000, 7_000), (9, 9, 9, 255)), "PNG"), "a.png")
    assert (found.problem, found.facts["width"]) == ("", 7_000)


def test_too_many_frames_are_refused() -> None:
    frames = [Image.new("RGB", (8, 8), (n, 0, 0)) for n in range(21)]
    data = saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    assert open_record(data, "a.png") == Opened("png", problem="too_many_frames")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_ends_too_early_is_called_cut_short(kind: str) -> None:
    whole = saved(photo(), kind)
    assert open_record(whole[: len(whole) // 2], "a") == Opened(kind.lower(), problem="cut_short")
    assert open_record(whole[:20], "a").problem == "cut_short"


def test_what_hangs_behind_or_inside_a_picture_does_not_reach_the_preview() -> None:
    data = saved(photo(), "JPEG", comment=b"<script>alert(1)</script>") + b"<?php system('id'); ?>" + b"PK\x03\x04evil"
    found = open_record(data, "a.php")
    assert found.kind == "jpeg"
    assert found.preview is not None
    assert not any(word in found.preview for word in (b"script", b"php", b"PK\x03\x04", b"system"))


def test_a_name_that_lies_changes_nothing() -> None:
    assert open_record(saved(photo(), "PNG"), "report.pdf").kind == "png"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_is_whole_but_broken_is_called_unreadable(kind: str) -> None:
    whole = bytearray(saved(photo(), kind))
    whole[20:60] = b"x" * 40
    assert open_record(bytes(whole), "a") == Opened(kind.lower(), problem="unreadable")


def test_a_photo_of_a_telephone_is_turned_once_and_loses_its_notes() -> None:
    found = open_record(PHONE.read_bytes(), "IMG_0001.HEIC")
    seen = looked_at(found)
    assert (found.kind, found.facts["width"], found.facts["height"], found.facts["taken"]) == (
        "heic",
        240,
        320,
        "2026-05-03",
    )
    assert seen.size == (240, 320)
    assert shade(seen.getchannel("G"), 200, 50) < 60  # red is at the upper right, as the photographer saw it
    assert shade(seen.getchannel("G"), 20, 20) > 200
    assert CANARY.encode() in PHONE.read_bytes()
    assert CANARY.encode() not in (found.preview or b"") + (found.thumb or b"")


def test_a_photo_of_a_telephone_that_was_cut_short_is_called_so() -> None:
    assert open_record(PHONE.read_bytes()[:6000], "a") == Opened("heic", problem="cut_short")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_day_of_a_photo_is_kept(kind: str) -> None:
    assert open_record(saved(photo(), kind, exif=exif(taken="2026:05:03 10:11:12")), "a").facts["taken"] == "2026-05-03"


@pytest.mark.parametrize(
    "taken", ["", "0000:00:00 00:00:00", "2000:01:01 00:00:00", "2026:13:40 00:00:00", "2199:01:01 00:00:00", "x"]
)
def test_a_day_that_cannot_be_is_not_kept(taken: str) -> None:
    assert "taken" not in open_record(saved(photo(), "JPEG", exif=exif(taken=taken)), "a").facts


def _dies(theirs: Connection, kind: str, path: str) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _sleeps(theirs: Connection, kind: str, path: str) -> None:
    time.sleep(60)


def _lies(theirs: Connection, kind: str, path: str) -> None:
    theirs.recv_bytes()
    theirs.send_bytes(b'{"problem": "", "facts": {}}')
    theirs.send_bytes(b"<html>")


def _floods(theirs: Connection, kind: str, path: str) -> None:
    theirs.recv_bytes()
    theirs.send_bytes(b"x" * 100_000)


def _spins(theirs: Connection, kind: str, path: str) -> None:
    import resource

    theirs.recv_bytes()
    resource.setrlimit(resource.RLIMIT_CPU, (1, 2))
    while True:
        pass


def _unfiltered(theirs: Connection, kind: str, path: str) -> None:
    theirs.send_bytes(b'{"problem": "unreadable", "facts": {}, "filtered": false}')
    theirs.send_bytes(b"")
    theirs.send_bytes(b"")


def test_a_kernel_that_filters_nothing_is_told_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    preview._warn_unfiltered.cache_clear()
    monkeypatch.setattr(preview, "work", _unfiltered)
    with capture_logs() as logs:
        for _ in range(3):
            assert open_record(b"\xff\xd8\xff", "a") == Opened("jpeg", problem="unreadable")
    assert [line["log_level"] for line in logs] == ["warning"]
    preview._warn_unfiltered.cache_clear()


@pytest.mark.parametrize("child", [_dies, _lies, _floods])
def test_a_child_that_dies_or_lies_is_a_problem(child: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "work", child)
    assert open_record(saved(photo(), "JPEG"), "a") == Opened("jpeg", problem="crashed")


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "work", _sleeps)
    monkeypatch.setattr(preview, "WALL_S", 0.5)
    begun = time.monotonic()
    assert open_record(saved(photo(), "JPEG"), "a").problem == "took_too_long"
    assert time.monotonic() - begun < 8


def test_a_child_that_spins_is_ended_by_its_own_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "work", _spins)
    assert open_record(saved(photo(), "JPEG"), "a").problem == "took_too_long"


def test_the_loop_goes_on_while_files_are_opened() -> None:
    async def ticks() -> tuple[int, list[Opened]]:
        data = saved(photo(3000, 2000), "PNG")
        work = asyncio.gather(*(opened(data, "a") for _ in range(4)))
        count = 0
        while not work.done():
            await asyncio.sleep(0.01)
            count += 1
        return count, work.result()

    count, found = asyncio.run(ticks())
    assert count > 5
    assert all(one.problem == "" for one in found)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_mutated_pictures_end_as_a_preview_or_a_problem(kind: str) -> None:
    chance = random.Random(7)
    whole = talkative(kind)
    for _ in range(25):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(12, len(data))] = chance.randrange(256)
        found = open_record(bytes(data), "a")
        assert (found.preview is None) == bool(found.problem)
        assert found.problem in (
            "",
            "unreadable",
            "cut_short",
            "too_many_pixels",
            "too_big_to_open",
            "too_many_frames",
            "crashed",
        )
