"""How long videos and voice messages are, and whether they are whole."""

import struct

import pytest

from records.findings import Opened
from records.preview import open_record
from tests.records.papers import box, tune, video, voice


@pytest.mark.parametrize(("brand", "kind"), [(b"isom", "mp4"), (b"qt  ", "mov"), (b"M4A ", "voice")])
def test_the_length_of_a_video_is_told(brand: bytes, kind: str) -> None:
    assert open_record(video(12.5, brand), "a") == Opened(kind, facts={"seconds": 12.5})


def test_the_length_of_a_voice_message_is_told() -> None:
    assert open_record(voice(7.25), "a") == Opened("voice", facts={"seconds": 7.2})


@pytest.mark.parametrize("label", [b"", b"x" * 300])
def test_the_length_of_an_mp3_is_told(label: bytes) -> None:
    found = open_record(tune(10, label), "a")
    assert (found.kind, found.problem) == ("voice", "")
    assert 9.5 < found.facts["seconds"] < 10.5


def test_a_long_form_of_the_head_is_understood() -> None:
    head = b"\1\0\0\0" + struct.pack(">QQIQ", 0, 0, 600, 600 * 90) + b"\0" * 80
    data = box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov", box(b"mvhd", head))
    assert open_record(data, "a").facts == {"seconds": 90.0}


def test_a_box_with_a_long_length_is_understood() -> None:
    wide = struct.pack(">I4sQ", 1, b"mdat", 16 + 100) + bytes(100)
    whole = video(3)
    assert open_record(box(b"ftyp", b"isom\0\0\0\0isom") + wide + whole[whole.index(b"moov") - 4 :], "a").facts == {
        "seconds": 3.0
    }


@pytest.mark.parametrize("data", [video(30), video(30, b"qt  "), voice(30)])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_recording_that_ends_too_early_is_called_cut_short(data: bytes, share: float) -> None:
    assert open_record(data[: int(len(data) * share)], "a").problem == "cut_short"


def test_a_length_that_cannot_be_is_not_told() -> None:
    assert open_record(video(3_000_000), "a").facts == {}
    assert open_record(video(0), "a").facts == {}


def test_boxes_without_end_or_sense_end_as_a_problem() -> None:
    empty = struct.pack(">I4s", 4, b"free")
    assert open_record(box(b"ftyp", b"isom\0\0\0\0isom") + empty * 50, "a").problem == "unreadable"
