"""``python -m tests.listening.weigh``: the points of ``flows/clinical/listening_points.tsv``, counted out from the tables of phrases.

A logistic regression on what is said in each line, red or not, with a leaning to no points at all. The lines that were put
aside first (``*_held_out``) take no part. The same tables give the same points. ``--without wave_14`` leaves tables out and
prints what the points alone would have heard of them.
"""

import argparse
import random
from collections import Counter, defaultdict
from math import exp, sqrt
from pathlib import Path
from typing import NamedTuple

from flows.negation import said
from flows.phrases import hits, words
from flows.points import features, points
from flows.quantities import measures

HERE = Path(__file__).parent
FILE = HERE.parent.parent / "flows" / "clinical" / "listening_points.tsv"
SCALE = 10  # points of a weight of one
ROUNDS, PACE, LEANING, SEEN = 6, 0.5, 0.01, 3  # rounds of learning, step, pull to zero, lines a feature must be in
AMBER = 0.5  # how much an amber line counts as harmless
SEED = 1


class Line(NamedTuple):
    """One line of a table as it is learnt from: the features said, the root of its words, whether it is red, how much it counts."""

    said: tuple[str, ...]
    root: float
    red: bool
    counts: float
    sign: str


def lines(without: tuple[str, ...] = ()) -> list[Line]:
    """Every line of the tables that take part; not those that another hand had put aside in the same words."""
    aside = {row.split("\t")[2] for path in HERE.glob("*held_out.tsv") for row in _rows(path)}
    return [
        _line(*row.split("\t"))
        for path in sorted(HERE.glob("*.tsv"))
        if "held_out" not in path.name and not path.name.startswith(without or ("-",))
        for row in _rows(path)
        if row.split("\t")[2] not in aside
    ]


def _rows(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()[1:]


def _line(level: str, ids: str, text: str) -> Line:
    found = words(text)
    recent = said(found, hits(found.words) + measures(found.words)).recent
    concepts = [concept for concept, places in recent.items() for _ in set(places)]
    about = tuple(features(found.words, concepts))
    return Line(
        about,
        sqrt(max(len(found.words), 1)),
        level == "red",
        AMBER if level == "amber" else 1.0,
        ids.split()[0] if ids else "",
    )


def learnt(table: list[Line]) -> tuple[dict[str, float], float]:
    """The weight of each feature, and the weight that every line begins with."""
    seen = Counter(feature for line in table for feature in set(line.said))
    weights = {feature: 0.0 for feature, times in seen.items() if times >= SEEN}
    squares = dict.fromkeys(weights, 1e-8)
    start, order, dice = 0.0, list(table), random.Random(SEED)
    for _ in range(ROUNDS):
        dice.shuffle(order)
        for line in order:
            known = [feature for feature in line.said if feature in weights]
            value = start + sum(weights[feature] for feature in known) / line.root
            error = line.counts * (1 / (1 + exp(-max(-30.0, min(30.0, value)))) - line.red)
            slope = error / line.root
            for feature in known:
                squares[feature] += slope * slope
                step = PACE / sqrt(squares[feature])
                moved, pull = weights[feature] - step * slope, LEANING * step / line.root
                weights[feature] = max(0.0, moved - pull) if moved > 0 else min(0.0, moved + pull)
            start -= 0.02 * error
    return weights, start


def spoken_of(table: list[Line]) -> dict[str, str]:
    """Feature → the sign in whose lines it stands most, for its share of all lines."""
    lines_of = Counter(line.sign for line in table if line.red)
    times: dict[str, Counter[str]] = defaultdict(Counter)
    for line in table:
        if line.red:
            for feature in set(line.said):
                times[feature][line.sign] += 1
    return {
        feature: max(sorted(among), key=lambda sign: among[sign] / (lines_of[sign] + 10))
        for feature, among in times.items()
    }


def written(table: list[Line]) -> str:
    """The points as the file holds them: by sign, the weightiest first."""
    weights, start = learnt(table)
    about = spoken_of(table)
    rows = [(about.get(feature, ""), -round(SCALE * weight), feature) for feature, weight in weights.items()]
    rows = sorted(row for row in rows if abs(row[1]) >= 1)
    return f"\t{SCALE * start:.1f}\t\n" + "".join(f"{feature}\t{-value}\t{sign}\n" for sign, value, feature in rows)


def main() -> None:
    """Writes the points; prints what they hear of the tables that were left out."""
    parser = argparse.ArgumentParser(prog="tests.listening.weigh", description=__doc__)
    parser.add_argument("--without", nargs="*", default=[], help="beginnings of the names of tables to leave out")
    without = tuple(parser.parse_args().without)
    FILE.write_text(written(lines(without)), encoding="utf-8")
    points.cache_clear()
    print(f"{len(FILE.read_text(encoding='utf-8').splitlines()) - 1} features have points")


if __name__ == "__main__":
    main()
