"""What makers of files give, and a whole file of every kind to begin with."""

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from tests.records import papers
from tests.records.corpus_dicom import Expected
from tests.records.hostile import CANARY, exif, photo, saved, talkative

# "whole": opens without a problem. "spoilt": has a problem, or a preview that was made anew. "refused": has a problem and no preview.
# "any": nobody can tell, because nothing in it is decoded.
Verdict = Literal["whole", "spoilt", "refused", "any"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One file. The canary in it must not come out again. ``expected`` says more than the verdict, where more is known."""

    data: bytes
    verdict: Verdict
    expected: Expected | None = None


Maker = Callable[[random.Random], Sample]
RECORDINGS: Final = ("mp4", "mov", "voice", "mp3")
PHONE: Final = Path(__file__).with_name("phone.heic").read_bytes()


@cache
def honest() -> dict[str, bytes]:
    """A whole file of every kind, with the canary in all its slots."""
    return {
        "jpeg": segmented(talkative("JPEG")),
        "png": talkative("PNG"),
        "webp": talkative("WEBP"),
        "heic": PHONE,
        "pdf": noted_paper(),
        "scan": papers.scan(name=f"/Name({CANARY})".encode()),
        "mp4": papers.video(12, last=CANARY.encode()),
        "mov": papers.video(12, b"qt  ", last=CANARY.encode()),
        "voice": papers.voice(5, CANARY.encode()),
        "mp3": papers.tune(5, CANARY.encode()),
    }


def segmented(jpeg: bytes) -> bytes:
    """The canary in every segment that cameras and programs use, in a thumbnail inside the EXIF, and behind the end."""
    word = CANARY.encode()
    small = saved(photo(32, 24), "JPEG", comment=CANARY)
    iptc = (
        b"Photoshop 3.0\x008BIM\x04\x04\0\0"
        + struct.pack(">I", len(word) + 5)
        + b"\x1c\x02\x50"
        + struct.pack(">H", len(word))
        + word
    )
    parts = [
        (0xE1, b"Exif\0\0" + exif(taken="2026:05:03 10:11:12").tobytes()[6:] + small),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + word + b"</x:xmpmeta>"),
        (0xED, iptc),
        (0xE2, b"MPF\0" + word),
        (0xEB, b"JP\0\0" + word),
        (0xEC, b"Ducky" + word),
        (0xFE, word),
    ]
    segments = b"".join(struct.pack(">BBH", 0xFF, mark, len(content) + 2) + content for mark, content in parts)
    return jpeg[:2] + segments + jpeg[2:] + word


def noted_paper() -> bytes:
    """A PDF that says who wrote it in all ways a PDF can, and has something attached."""
    word = CANARY.encode()
    catalogue = (
        b"/Lang(%b)/PageLabels<</Nums[0<</P(%b)>>]>>/OpenAction<</S/JavaScript/JS(app.alert('%b'))>>"
        % (word, word, word)
    ) + b"/Names<</EmbeddedFiles<</Names[(%b)<</Type/Filespec/F(%b)/Desc(%b)>>]>>>>" % (word, word, word)
    info = b"/Info<</Author(%b)/Title(%b)/Producer(%b)>>" % (word, word, word)
    return papers.paper(["Blood test of 3 May 2026, Mimi, creatinine 3.1 mg/dL"], catalogue=catalogue, trailer=info)
