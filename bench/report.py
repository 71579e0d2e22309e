"""The figures of all rounds as a table for people and as ``var/bench.json`` for the next run and for the documents."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from bench.bots import OURS, PEER
from bench.machine import ROOT
from bench.round import Figures

FILE = ROOT / "var" / "bench.json"
FIGURES = ("updates_per_s", "p50_ms", "p99_ms", "cpu_s_per_1000", "rss_peak_mb", "rss_start_mb")
HEADS = ("updates/s", "p50 ms", "p99 ms", "CPU s/1,000", "peak RSS MB", "RSS MB at start")
GOALS = {"updates_per_s": ">= 2", "p99_ms": "<= 0.25", "cpu_s_per_1000": "<= 0.5"}
FLAT_SHARE = 1.05  # caches of words and statements fill while the first hundreds of owners pass
ROOM_MB = 280

Rounds = Mapping[str, Sequence[Figures]]


def summed_up(rounds: Rounds) -> dict[str, dict[str, Any]]:
    """Medians of each bot, and the median of the ratios within each round: the machine's mood is the same for both there."""
    return {**{name: _medians(played) for name, played in rounds.items()}, "ratio": _ratios(rounds)}


def _medians(played: Sequence[Figures]) -> dict[str, Any]:
    names = (*FIGURES, "rss_warm_mb", "rss_end_mb", "calls_per_update")
    found: dict[str, Any] = {name: round(median(getattr(figures, name) for figures in played), 3) for name in names}
    return found | {"finished": f"{sum(f.finished for f in played)}/{sum(f.owners for f in played)}"}


def _ratios(rounds: Rounds) -> dict[str, float]:
    pairs = list(zip(rounds[OURS], rounds[PEER], strict=True))
    return {name: round(median(getattr(o, name) / getattr(p, name) for o, p in pairs), 3) for name in FIGURES}


def printed(found: Mapping[str, Mapping[str, Any]], rounds: Rounds) -> str:
    """The table, the goals beside the ratios, and whether memory stays flat."""
    lines = ["".join((f"{'':16}", *(f"{head:>17}" for head in HEADS), f"{'owners at the end':>20}"))]
    for name in (OURS, PEER):
        lines.append(_line(name, found[name], f"{found[name]['finished']:>20}"))
    lines.append(_line("ours / peer", found["ratio"], ""))
    lines.append("".join((f"{'goal':16}", *(f"{GOALS.get(name, ''):>17}" for name in FIGURES))))
    least = {name: min(figures.cpu_s_per_1000 for figures in played) for name, played in rounds.items()}
    lines += ["", f"CPU s/1,000, the least of the rounds: ours {least[OURS]:.3f}, peer {least[PEER]:.3f}"]
    return "\n".join([*lines, _memory(found[OURS])])


def _line(name: str, row: Mapping[str, Any], end: str) -> str:
    return "".join((f"{name:16}", *(f"{row[figure]:>17,.3f}" for figure in FIGURES), end))


def _memory(ours: Mapping[str, Any]) -> str:
    growth = ours["rss_end_mb"] / ours["rss_warm_mb"]
    word = "flat" if growth <= FLAT_SHARE else "NOT flat"
    room = "within" if ours["rss_start_mb"] <= ROOM_MB else "ABOVE"
    return (
        f"Memory of ours: {ours['rss_start_mb']:.0f} MB after start ({room} {ROOM_MB}), "
        f"{ours['rss_warm_mb']:.0f} MB after warm-up, {ours['rss_end_mb']:.0f} MB after the owners: {word} ({growth:.2f})"
    )


def kept(found: Mapping[str, Any], file: Path = FILE) -> None:
    """Writes the figures beside what other measurements have left in the file."""
    before: dict[str, Any] = orjson.loads(file.read_bytes()) if file.exists() else {}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(orjson.dumps({**before, **found}, option=orjson.OPT_INDENT_2) + b"\n")


def shown(name: str, figures: Figures) -> str:
    """One round in one line, while the others are still being played."""
    values = asdict(figures)
    return f"{name:16}" + "  ".join(
        f"{key} {value:.3f}" if isinstance(value, float) else f"{key} {value}" for key, value in values.items()
    )
