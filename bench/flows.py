"""``python -m bench.flows``: the CPU of each kind of step, over everything that happens in all transcripts.

A step is one ``decide()``; it may cost 1 ms of CPU, and where words are listened to 0.75 ms more for each 300 characters. The
verdict goes by the median of a step's repetitions; the worst of all repetitions is printed too, but a single one holds the
machine's own pauses. "first" is the worst at the first play, with empty caches: each is paid once in the life of a process.
"""

import argparse
import gc
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from math import ceil
from statistics import median, quantiles
from time import thread_time_ns
from unittest.mock import patch

from app.rehearsal import desk
from app.rehearsal.player import play
from flows import incoming as come
from flows.case import Case, Status
from flows.context import Context, Decision
from flows.decide import decide
from flows.listening import hear
from tests.scenarios.play import names

ALLOWED_US = 1_000.0
LISTENING_US = 750.0  # for each 300 characters; with the dearest step beside it below 1 ms in all
PIECE = 300
LINE = "{:<34}{:>7}{:>10}{:>10}{:>10}{:>10}"


@dataclass
class Taken:
    """One step as it came up in a transcript."""

    case: Case
    incoming: come.Incoming
    context: Context
    first_us: float

    @property
    def kind(self) -> str:
        """What came in, and where the case stood."""
        where = self.case.step.partition(":")[0] if self.case.status is Status.INTAKE else self.case.status.value
        return f"{type(self.incoming).__name__} at {where or 'the start'}"

    @property
    def allowed_us(self) -> float:
        """What it may cost."""
        heard = len(self.incoming.text) if isinstance(self.incoming, come.Said) else 0
        return ALLOWED_US + LISTENING_US * ceil(heard / PIECE)


@dataclass
class Kind:
    """All steps of one kind: every repetition, and the medians of each step with what it may cost."""

    steps: int = 0
    first_us: float = 0
    all_us: list[float] = field(default_factory=list)
    over: list[str] = field(default_factory=list)


def collected() -> list[Taken]:
    """Every step of all transcripts, in order."""
    steps: list[Taken] = []

    def noted(case: Case, incoming: come.Incoming, context: Context) -> Decision:
        began = thread_time_ns()
        decision = decide(case, incoming, context)
        steps.append(Taken(case, incoming, context, (thread_time_ns() - began) / 1_000))
        return decision

    with patch.object(desk, "decide", noted):
        for path in names():
            play(path)
    return steps


def measured(steps: list[Taken], repetitions: int) -> dict[str, Kind]:
    """Each step again and again."""
    kinds: dict[str, Kind] = defaultdict(Kind)
    for step in steps:
        kind = kinds[step.kind]
        costs = []
        for _ in range(repetitions):
            began = thread_time_ns()
            decide(step.case, step.incoming, step.context)
            costs.append((thread_time_ns() - began) / 1_000)
        kind.steps += 1
        kind.first_us = max(kind.first_us, step.first_us)
        kind.all_us += costs
        if median(costs) > step.allowed_us:
            kind.over.append(
                f"{step.kind}: {median(costs):,.0f} µs, allowed are {step.allowed_us:,.0f}: {str(step.incoming)[:120]}"
            )
    return kinds


def _heard_us(text: str, repetitions: int) -> float:
    costs = []
    for _ in range(repetitions):
        began = thread_time_ns()
        hear(text)
        costs.append((thread_time_ns() - began) / 1_000)
    return median(costs) / ceil(len(text) / PIECE)


def listening(steps: list[Taken], repetitions: int) -> tuple[float, float]:
    """The dearest median for each 300 characters begun: of what people write, and of one phrase said over and over."""
    texts = sorted({step.incoming.text for step in steps if isinstance(step.incoming, come.Said)})
    chinese = "".join(text for text in texts if len(set(text)) > 5 and not text.isascii()) * 20
    english = " ".join(text for text in texts if len(set(text)) > 5 and text.isascii()) * 20
    written = [
        *texts,
        *(mix[at : at + size] for mix in (chinese, english) for size in (PIECE, 4_096) for at in (0, 300, 600)),
    ]
    said_over = [(text * PIECE)[:size] for text in texts for size in (PIECE, 4_096) if text.strip()]
    return max(_heard_us(text, repetitions) for text in written), max(
        _heard_us(text, repetitions) for text in said_over
    )


def main(arguments: list[str]) -> int:
    """Prints the table; 1 when a step costs more than it may."""
    parser = argparse.ArgumentParser(prog="bench.flows", description=__doc__)
    parser.add_argument("--repetitions", type=int, default=20)
    repetitions = parser.parse_args(arguments).repetitions
    steps = collected()
    gc.collect()
    gc.freeze()  # as the service does after its start
    kinds = measured(steps, repetitions)
    print(f"{len(steps)} steps of {len(names())} transcripts, each {repetitions} times; microseconds of CPU")
    print(LINE.format("step", "steps", "median", "p99", "worst", "first"))
    for name, kind in sorted(kinds.items(), key=lambda item: -median(item[1].all_us)):
        p99 = quantiles(kind.all_us, n=100, method="inclusive")[98]
        figures = (median(kind.all_us), p99, max(kind.all_us), kind.first_us)
        print(LINE.format(name, kind.steps, *(f"{figure:,.0f}" for figure in figures)))
    heard, over_and_over = listening(steps, repetitions)
    print(
        f"listening: at most {heard:,.0f} µs for each {PIECE} characters of what people write, allowed are {LISTENING_US:,.0f}"
    )
    print(f"           (and {over_and_over:,.0f} where one phrase full of signs or numbers is said over and over)")
    over = [line for kind in kinds.values() for line in kind.over]
    if heard > LISTENING_US:
        over.append(f"Listening costs {heard - LISTENING_US:,.0f} µs more than it may.")
    print("\n".join(over) or f"No step costs more than {ALLOWED_US:,.0f} µs.")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
