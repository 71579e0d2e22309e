"""``python -m tests.crash --kills N --engine sqlite|postgresql --seed S``: kills, a table, and exit code 1 on any breach."""

import argparse
import secrets
import shutil
import statistics
import sys
from pathlib import Path

from tests.crash.rehearsal import Outcome, Wish, rehearse


def main() -> int:
    """Rehearses; keeps the folder with logs and database only when a promise was broken."""
    asked = _asked()
    folder = Path(asked.folder or f"var/crash/{asked.engine}-{asked.seed}").absolute()
    shutil.rmtree(folder, ignore_errors=True)
    outcome = rehearse(Wish(asked.engine, asked.kills, asked.seed, folder, asked.replicas))
    print(table(outcome, asked.engine, asked.seed, asked.replicas))
    if outcome.verdict.breaches:
        print(f"logs and database: {folder}")
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10_000))
    parser.add_argument("--replicas", type=int, choices=(1, 2), default=1)
    parser.add_argument("--folder", default="")
    asked = parser.parse_args()
    if asked.replicas > 1 and asked.engine == "sqlite":
        parser.error("SQLite has one process; two replicas need --engine postgresql")
    return asked


def table(outcome: Outcome, engine: str, seed: int, replicas: int = 1) -> str:
    """What happened, for people."""
    verdict = outcome.verdict
    lines = [f"engine {engine}, seed {seed}, replicas {replicas}, {outcome.took_s:.0f} s"]
    lines += [f"  killed at {name:<10} {count:>6}" for name, count in sorted(outcome.kills.items())]
    starts = outcome.starts_s or [0.0]
    lines.append(f"  start: median {statistics.median(starts):.2f} s, longest {max(starts):.2f} s")
    lines += [f"  {name:<28} {count:>6}" for name, count in verdict.figures.items()]
    lines += [f"    duplicate after kill {r.kill + 1} in {r.place}: {r.words!r}" for r in verdict.repeated[:40]]
    lines += [f"  BREACH: {breach}" for breach in verdict.breaches[:60]]
    lines.append(f"verdict: {'all promises kept' if not verdict.breaches else f'{len(verdict.breaches)} breaches'}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
