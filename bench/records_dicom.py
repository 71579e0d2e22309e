"""``python -m bench.records_dicom``: DICOM headers, previews and archives beside dcmtk and unzip, in one run.

300 slices of a CT, 512 x 512 of 16 bits, with the private elements that scanners add; then the same in one archive. Processor seconds of
both sides; rounds alternate, so that both meet the same machine. The last part is wall time: an archive as the service opens it.
"""

import resource
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from records.archive import Clock, Contents
from records.dicom_header import read_header
from records.dicom_pixels import picture, two_sizes
from records.dicom_studies import Studies
from records.preview import open_record
from records.sheet import Tile, sheet_beside
from tests.records.scanner import cylinder, header, written

SLICES: Final = 300
PREVIEWS: Final = 60  # of them: dcmj2pnm takes 30 ms each
ROUNDS: Final = 3
SIDE: Final = 512
GOALS: Final = {"headers": 4.0, "previews": 3.0, "zip": 1.5}
PEERS: Final = {"headers": "dcmdump", "previews": "dcmj2pnm", "zip": "unzip"}
LONGEST_S: Final = 10.0
GROWTH_MB: Final = 20.0
NAMED: Final = ("0010,0020", "0020,000d", "0020,000e", "0008,0018", "0020,0013")  # what dcmdump prints

Run = Callable[[], None]


def main() -> dict[str, Any]:
    """Prints and returns the figures; ``failed`` lists goals that were missed and peers that are not installed."""
    with TemporaryDirectory(prefix="bench-ct-") as folder:
        files, packed = made(Path(folder))
        found: dict[str, Any] = {"slices": SLICES, "zip_mb": round(packed.stat().st_size / 1e6, 1), "failed": []}
        for part, (ours, theirs, count) in runs(files, packed, Path(folder)).items():
            found[part] = compared(part, ours, theirs, count)
            if found[part]["ratio"] < GOALS[part]:
                found["failed"].append(part)
        found["whole"] = whole(packed)
        if found["whole"]["seconds"] > LONGEST_S or found["whole"]["growth_mb"] > GROWTH_MB:
            found["failed"].append("whole")
    print(printed(found))
    return found


def made(folder: Path) -> tuple[list[Path], Path]:
    """The slices, and the archive of them."""
    chance, packed = np.random.default_rng(7), folder / "ct.zip"
    files = []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(1, SLICES + 1):
            slice_ = header(number, side=SIDE, PatientID="B1", Manufacturer="Bench")
            slice_.add_new((0x0019, 0x0010), "LO", "BENCH")
            for element in range(40):
                slice_.add_new((0x0019, 0x1000 + element), "LO", f"private value {element}")
            noise = chance.integers(0, 40, (SIDE, SIDE), "u2")
            slice_.PixelData = (
                np.where(cylinder(SIDE, number) > 24, cylinder(SIDE, number) + noise, 24).astype("<u2").tobytes()
            )
            files.append(folder / f"IM{number:04}")
            files[-1].write_bytes(written(slice_))
            archive.write(files[-1], files[-1].name)
    return files, packed


def runs(files: Sequence[Path], packed: Path, folder: Path) -> dict[str, tuple[Run, Run, int]]:
    """Each part: our way, theirs, and how many slices both go through."""
    named = [word for tag in NAMED for word in ("+P", tag)]
    return {
        "headers": (lambda: _headers(files), lambda: _call(["dcmdump", "-q", *named, *map(str, files)]), SLICES),
        "previews": (lambda: _previews(files[:PREVIEWS]), lambda: _dcmj2pnm(files[:PREVIEWS], folder), PREVIEWS),
        "zip": (lambda: _scan(packed), lambda: _call(["unzip", "-tqq", str(packed)]), SLICES),
    }


def compared(part: str, ours: Run, theirs: Run, count: int) -> dict[str, Any]:
    """Slices a processor second of both, and the median of the ratios within each round. Ratio 0 where the peer is not installed."""
    if shutil.which(PEERS[part]) is None:
        return {"ours": round(count / _cpu(ours), 1), "peer": None, "ratio": 0.0}
    ours()  # once for the caches
    rounds = [(_cpu(ours), _cpu(theirs)) for _ in range(ROUNDS)]
    ratio = median(peer / own for own, peer in rounds)
    own, peer = (median(round_[side] for round_ in rounds) for side in (0, 1))
    return {"ours": round(count / own, 1), "peer": round(count / peer, 1), "ratio": round(ratio, 2)}


def whole(packed: Path) -> dict[str, Any]:
    """From the file on the disk to its contact sheet, as the service does it: wall seconds, and how much this process grew while it was opened."""
    open_record(b"\xff\xd8\xff", "")  # begins the fork server, as the first file of a day does
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew from here (man 5 proc)
    before, begun = _memory_mb("VmRSS"), time.monotonic()
    found = open_record(packed, "ct.zip")
    if found.preview is None or found.facts["images"] != SLICES:
        raise RuntimeError("The archive was not opened.")
    growth = _memory_mb("VmHWM") - before
    sheet_beside([Tile(found.preview or b"", 1, "", "CT", wide=True)], "Bench")
    seconds = time.monotonic() - begun
    return {"seconds": round(seconds, 2), "growth_mb": round(growth, 1), "rss_mb": round(before, 1)}


def printed(found: dict[str, Any]) -> str:
    """The table for people."""
    lines = [f"{SLICES} slices of {SIDE} x {SIDE}, archive of {found['zip_mb']} MB; slices a processor second"]
    for part, goal in GOALS.items():
        row = found[part]
        peer = f"{PEERS[part]} is not installed" if row["peer"] is None else f"{PEERS[part]} {row['peer']:,.0f}"
        lines.append(f"{part:10}{row['ours']:>10,.0f}   {peer:28}{row['ratio']:>6.2f} x   goal {goal} x")
    row = found["whole"]
    lines.append(
        f"archive to contact sheet {row['seconds']} s (goal {LONGEST_S} s), this process grew by {row['growth_mb']} MB"
    )
    return "\n".join([*lines, f"missed: {', '.join(found['failed']) or 'nothing'}"])


def _headers(files: Sequence[Path]) -> None:
    studies = Studies()
    for path in files:
        with path.open("rb", buffering=0) as file:
            studies.add(read_header(file))
    if studies.facts()["images"] != len(files):
        raise RuntimeError("Not all slices were read.")


def _previews(files: Sequence[Path]) -> None:
    for path in files:
        with path.open("rb") as file:
            two_sizes(picture(file, read_header(file)))


def _dcmj2pnm(files: Sequence[Path], folder: Path) -> None:
    for path in files:
        _call(["dcmj2pnm", "+oj", "+Wi", "1", str(path), str(folder / "peer.jpg")])


def _scan(packed: Path) -> None:
    contents = Contents(Clock())
    with packed.open("rb") as file:
        contents.scan(file)
    if contents.facts()["images"] != SLICES:
        raise RuntimeError("Not all entries were read.")


def _call(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _cpu(run: Run) -> float:
    """Processor seconds of this process and of the programs it waited for."""
    before = _spent()
    run()
    return max(_spent() - before, 1e-6)


def _spent() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _memory_mb(field: str) -> float:
    """Of this process alone: its children are thrown away."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


if __name__ == "__main__":
    sys.exit(1 if main()["failed"] else 0)
