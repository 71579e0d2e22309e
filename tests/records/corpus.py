"""``python -m tests.records.corpus``: hostile, broken and talkative files by the thousand, from a seed, and what becomes of them.

A maker builds one file of a sort and says what must be true of it afterwards. Whoever adds an opener adds its makers to MAKERS.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from records import preview
from records.confinement import MEMORY_BYTES
from records.findings import Opened
from records.kinds import kind_of
from tests.records import corpus_dicom
from tests.records.bombs import paper_bomb, picture_bomb
from tests.records.hostile import CANARY
from tests.records.peak import peak_of
from tests.records.samples import RECORDINGS, Maker, Sample, Verdict, honest

SEED: Final = 76
AT_ONCE: Final = 2


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


def of_scanner(make: corpus_dicom.Maker) -> Maker:
    """A DICOM file or an archive; what must become of it is known in full."""

    def made(chance: random.Random) -> Sample:
        data, expected = make(chance)
        return Sample(data, "any", expected)

    return made


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
    **{name: (of_scanner(make), 1) for name, make in corpus_dicom.CORPUS.items()},
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
    return _unexpected(made.expected, found) if made.expected else ""


def _unexpected(expected: corpus_dicom.Expected, found: Opened) -> str:
    if found.kind != expected.kind or found.problem not in expected.problems:
        return f"{found.kind} with the problem {found.problem!r}"
    shown = found.preview is not None
    return "" if expected.preview in (None, shown) else f"a preview: {shown}"


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
