"""``python -m tests.records.corpus``: hostile, broken and talkative files by the thousand, from a seed, and what becomes of them.

A maker builds one file of a sort and says what must be true of it afterwards. Whoever adds an opener adds its makers to MAKERS.
"""

import argparse
import random
import struct
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from PIL import Image, PngImagePlugin

from records import preview
from records.confinement import MEMORY_BYTES
from records.findings import Opened
from records.kinds import kind_of
from tests.records import papers
from tests.records.hostile import CANARY, exif, photo, png_header, saved, talkative
from tests.records.peak import peak_of

SEED: Final = 76
AT_ONCE: Final = 2

# "whole": opens without a problem. "spoilt": has a problem, or a preview that was made anew. "refused": has a problem and no preview.
# "any": nobody can tell, because nothing in it is decoded.
Verdict = Literal["whole", "spoilt", "refused", "any"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One file. The canary in it must not come out again."""

    data: bytes
    verdict: Verdict


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


def whole(kind: str) -> Maker:
    """The file as it should be."""
    return lambda chance: Sample(honest()[kind], "whole")


def truncated(kind: str) -> Maker:
    """Cut off anywhere before its last tenth."""

    def make(chance: random.Random) -> Sample:
        data = honest()[kind]
        at = chance.randrange(12, len(data) * 9 // 10)
        return Sample(
            data[: at + 1 if data[at : at + 4] == b"OggS" else at], "spoilt"
        )  # between two pages nothing is missing

    return make


def mutated(kind: str) -> Maker:
    """Up to forty bytes changed, a piece moved or a piece doubled, anywhere behind the mark of its kind."""

    def make(chance: random.Random) -> Sample:
        data = bytearray(honest()[kind])
        for _ in range(chance.choice((1, 3, 10, 40))):
            data[chance.randrange(12, len(data))] = chance.choice((0, 0xFF, 0x7F, chance.randrange(256)))
        if chance.random() < 0.3:
            at, length = chance.randrange(12, len(data)), chance.randrange(1, 400)
            piece = data[at : at + length]
            if chance.random() < 0.5:
                del data[at : at + length]
            to = chance.randrange(12, len(data) + 1)
            data[to:to] = piece
        return Sample(bytes(data), "any" if kind in RECORDINGS else "spoilt")

    return make


def misnamed_start(chance: random.Random) -> Sample:
    """The mark of one kind before the body of another."""
    first, second = chance.sample(sorted(honest()), 2)
    length = 12 if kind_of(honest()[second]) != "pdf" else 1100  # a PDF is still one with something else before it
    verdict: Verdict = "any" if {first, second} <= set(RECORDINGS) else "spoilt"
    return Sample(honest()[first][:12] + b"\0" * (length - 12) + honest()[second][12:], verdict)


def two_in_one(chance: random.Random) -> Sample:
    """A picture with a script, an archive, a page or a program behind it."""
    behind = (
        b"<script>%b</script>",
        b"PK\x03\x04%b",
        b"<?php system('%b'); ?>",
        b"MZ%b",
        b"%%PDF-1.7 %b",
        b"\0" * 128 + b"DICM%b",
    )
    kind = chance.choice(("jpeg", "png", "webp", "heic"))
    return Sample(honest()[kind] + chance.choice(behind) % CANARY.encode() * chance.choice((1, 50)), "whole")


def nothing_known(chance: random.Random) -> Sample:
    """Noise, or something with a mark that is refused."""
    marks = (
        b"",
        b"GIF89a",
        b"II*\0",
        b"Rar!\x1a\x07\0",
        b"MZ",
        b"\x7fELF",
        b"<html>",
        b"{\\rtf1",
        b"\x1f\x8b",
        b"BM\0\0\0\0\0\0\0\0",
    )
    return Sample(
        chance.choice(marks) + b"\x01" + chance.randbytes(chance.choice((0, 10, 5000))) + CANARY.encode(), "refused"
    )


def picture_bomb(chance: random.Random) -> Sample:
    """Small on the wire, huge if believed."""
    side = chance.choice((8_000, 13_000, 40_000, 65_000))
    sort = chance.choice(("png", "jpeg", "webp", "frames", "text", "flat"))
    if sort == "jpeg":
        data = bytearray(saved(photo(64, 48), "JPEG"))
        at = data.index(b"\xff\xc0") + 5
        data[at : at + 4] = struct.pack(">HH", side, side)
        return Sample(bytes(data), "refused")
    if sort == "webp":
        head = b"\x2f" + struct.pack("<I", 16_382 | 16_382 << 14)
        body = b"VP8L" + struct.pack("<I", len(head) + 20) + head + bytes(21)
        return Sample(b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body, "refused")
    if sort == "frames":
        frames = [Image.new("RGB", (8, 8), (at, at, at)) for at in range(21, 21 + chance.randrange(21, 60))]
        return Sample(saved(frames[0], "PNG", save_all=True, append_images=frames[1:]), "refused")
    if sort == "text":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", CANARY + "x" * 3_000_000, zip=True)
        return Sample(saved(photo(64, 48), "PNG", pnginfo=notes), "spoilt")
    if sort == "flat":
        return Sample(saved(Image.new("1", (side // 4 * 3, 8_400)), "PNG"), "refused" if side > 8_000 else "spoilt")
    return Sample(png_header(side, side), "refused")


def paper_bomb(chance: random.Random) -> Sample:
    """Pages without measure, trees without end, pictures and drawings that grow."""
    sort = chance.choice(("giant", "many", "deep", "ring", "picture", "drawing", "forms", "packed"))
    if sort == "giant":
        return Sample(
            papers.paper([CANARY[:0] + "x"], box=(chance.choice((14_400, 1e5, 1e8)), chance.choice((1, 14_400, 1e8)))),
            "spoilt",
        )
    if sort == "many":
        return Sample(papers.paper([""] * chance.choice((301, 2_000))), "refused")
    if sort == "deep":
        depth = chance.choice((500, 3_000))
        tree = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (at + 3) for at in range(depth)]
        return Sample(
            papers.pdf([b"<</Type/Catalog/Pages 2 0 R>>", *tree, b"<</Type/Page/MediaBox[0 0 9 9]>>"]), "spoilt"
        )
    if sort == "ring":
        return Sample(
            papers.pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 99999>>"]), "refused"
        )
    if sort == "picture":
        return Sample(_grown_scan(chance.choice((20_000, 60_000))), "spoilt")
    if sort == "packed":
        return Sample(packed(b"q 1 0 0 1 0 0 cm " * 1_000_000), "spoilt")
    if sort == "drawing":
        return Sample(packed(b"0 0 m 500 800 l S " * chance.choice((1_000, 5_000))), "spoilt")
    return Sample(forms(chance.choice((3, 4))), "spoilt")


def _grown_scan(side: int) -> bytes:
    """A scan that says it is far larger than its data."""
    return papers.scan().replace(b"/Width 200/Height 280", b"/Width %d/Height %d" % (side, side))


def packed(content: bytes) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page]
    return papers.pdf([*objects, papers.stream(zlib.compress(content), b"/Filter/FlateDecode")])


def forms(levels: int) -> bytes:
    """Forms that draw the next one ten times each."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>",
        papers.stream(b"/X Do"),
    ]
    for at in range(levels):
        head = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X %d 0 R>>>>" % (6 + at)
        objects.append(papers.stream(b"/X Do " * 10, head))
    return papers.pdf([*objects, papers.stream(b"0 0 m 9 9 l S", b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]")])


_KINDS: Final = ("jpeg", "png", "webp", "heic", "pdf", "scan", "mp4", "mov", "voice")

# How often each maker is used, in relation to the others.
MAKERS: Final[dict[str, tuple[Maker, int]]] = {
    **{f"whole {kind}": (whole(kind), 1) for kind in (*_KINDS, "mp3")},
    **{f"truncated {kind}": (truncated(kind), 3) for kind in _KINDS},
    **{f"mutated {kind}": (mutated(kind), 5) for kind in (*_KINDS, "mp3")},
    "misnamed start": (misnamed_start, 4),
    "two in one": (two_in_one, 4),
    "nothing known": (nothing_known, 4),
    "picture bomb": (picture_bomb, 4),
    "PDF bomb": (paper_bomb, 2),
}


_NAMES: Final = [name for name, (_, often) in MAKERS.items() for _ in range(often)]


def sample(seed: int, number: int) -> tuple[str, Sample]:
    """The name of the maker and its file; the same seed and number give the same."""
    chance = random.Random(seed * 1_000_003 + number)
    name = chance.choice(_NAMES)
    return name, MAKERS[name][0](chance)


def wrong(made: Sample, found: Opened) -> str:
    """What is not as it must be, or ""."""
    shown = (found.preview or b"") + (found.thumb or b"") + repr((found.kind, found.problem, found.facts)).encode()
    if CANARY.encode() in shown:
        return "the canary came out"
    if made.verdict == "whole" and found.problem:
        return f"a whole file has the problem {found.problem}"
    if made.verdict == "refused" and not (found.problem and found.preview is None):
        return "stored as clean"
    if made.verdict == "spoilt" and not found.problem and found.preview is None:
        return "stored as clean"
    return ""


def opened_all(seed: int, count: int) -> Iterator[tuple[str, Sample, Opened, float]]:
    """Each file in a child of its own, two at a time; with the seconds it took."""

    def opened(number: int) -> tuple[str, Sample, Opened, float]:
        name, made = sample(seed, number)
        begun = time.monotonic()
        return name, made, preview.open_record(made.data, f"{CANARY}.jpg"), time.monotonic() - begun

    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(opened, range(count))


def main() -> int:
    """Prints what became of all files; 1 when anything is not as it must be."""
    parser = argparse.ArgumentParser(prog="python -m tests.records.corpus", description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args()
    ends: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    longest, begun = (0.0, ""), time.monotonic()
    for name, made, found, seconds in opened_all(chosen.seed, chosen.files):
        ends[found.problem or ("shown" if found.preview else "kept")] += 1
        longest = max(longest, (seconds, name))
        if fault := wrong(made, found):
            faults[f"{name}: {fault}"] += 1
    peak = max(peak_of(sample(chosen.seed, number)[1].data) for number in range(chosen.files // 10))
    print(f"{chosen.files} files of seed {chosen.seed} in {time.monotonic() - begun:.0f} s, the service alive")
    print("  " + ", ".join(f"{count} {end}" for end, count in ends.most_common()))
    print(
        f"  longest verdict {longest[0]:.1f} s ({longest[1]}); child's peak {peak / 2**20:.0f} MB of {MEMORY_BYTES // 2**20}"
    )
    print(f"  not as they must be: {sum(faults.values())}")
    for fault, count in faults.most_common():
        print(f"    {count} x {fault}")
    return 1 if faults or longest[0] > preview.WALL_S + 1 or peak > MEMORY_BYTES else 0


if __name__ == "__main__":
    sys.exit(main())
