"""Inside the disposable child: how long a video or a voice message is. No decoder: its boxes or pages say it.

ISO base media (14496-12): box "mvhd" inside "moov". Ogg: the position in the last page (RFC 3533), in samples of 48,000 a second for
Opus (RFC 7845). MP3: the count of frames that its first frame tells, else length through rate.
"""

import os
import struct
from typing import BinaryIO, Final

from records.endings import boxes, ends_early, tail
from records.findings import Opened

LONGEST_S: Final = 24 * 3600  # what claims more is not believed
_RATES: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # kbit/s, MPEG 1 layer III
_RATES_2: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # MPEG 2 and 2.5
_HERTZ: Final = (44_100, 48_000, 32_000)


def look(file: BinaryIO, kind: str) -> Opened:
    """Facts: ``seconds``, where they can be told. "cut_short" where the end is missing; no picture, because nothing is decoded."""
    file.seek(0)
    start = file.read(4)
    if start == b"OggS":
        seconds = _ogg(file)
    elif start[:3] == b"ID3" or start[:1] == b"\xff":
        seconds = _mp3(file)
        return _answer(kind, "" if seconds else "unreadable", seconds)
    else:
        seconds = _media(file)
    problem = "cut_short" if ends_early(file, "voice" if start == b"OggS" else "mp4") else ""
    return _answer(kind, problem or ("unreadable" if seconds is None else ""), seconds)


def _answer(kind: str, problem: str, seconds: float | None) -> Opened:
    known = seconds is not None and 0 < seconds <= LONGEST_S
    return Opened(kind, problem=problem, facts={"seconds": round(seconds, 1)} if known and seconds else {})


def _media(file: BinaryIO) -> float | None:
    length = file.seek(0, os.SEEK_END)
    for name, start, end in boxes(file, 0, length):
        if name == b"moov":
            return _movie(file, start, min(end, length))
    return None


def _movie(file: BinaryIO, start: int, end: int) -> float | None:
    for name, content, _ in boxes(file, start, end):
        if name == b"mvhd":
            file.seek(content)
            long = file.read(1) == b"\1"
            file.seek(content + (20 if long else 12))
            scale, duration = struct.unpack(">IQ" if long else ">II", file.read(12 if long else 8))
            return duration / scale if scale else None
    return None


def _ogg(file: BinaryIO) -> float | None:
    file.seek(0)
    head = file.read(128)
    opus, vorbis = head.find(b"OpusHead"), head.find(b"\x01vorbis")
    if opus >= 0:
        rate, skipped = 48_000, int.from_bytes(head[opus + 10 : opus + 12], "little")
    elif vorbis >= 0:
        rate, skipped = int.from_bytes(head[vorbis + 12 : vorbis + 16], "little"), 0
    else:
        speex = head.find(b"Speex   ")
        rate, skipped = int.from_bytes(head[speex + 36 : speex + 40], "little"), 0
    last = tail(file)
    at = last.rfind(b"OggS")
    position = int.from_bytes(last[at + 6 : at + 14], "little", signed=True)
    return (position - skipped) / rate if rate and position > skipped else None


def _mp3(file: BinaryIO) -> float | None:
    length = file.seek(0, os.SEEK_END)
    file.seek(0)
    label = file.read(10)
    start = 0
    if label[:3] == b"ID3":  # its length in four times seven bits (id3v2.4.0-structure, 6.2)
        start = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(label[6:10], (21, 14, 7, 0), strict=True))
    file.seek(start)
    frame = file.read(192)
    if frame[:1] != b"\xff" or frame[1] & 0xE6 != 0xE2:
        return None
    first, place = bool(frame[1] & 8), frame[2] >> 2 & 3
    if place == 3 or frame[2] >> 4 == 15:
        return None
    hertz = _HERTZ[place] // (1 if first else 2 if frame[1] & 0x10 else 4)
    counted = max(frame.find(b"Xing"), frame.find(b"Info"))
    if counted > 0 and frame[counted + 7] & 1:
        return int.from_bytes(frame[counted + 8 : counted + 12]) * (1152 if first else 576) / hertz
    rate = (_RATES if first else _RATES_2)[frame[2] >> 4]
    return (length - start) * 8 / (rate * 1000) if rate else None
