"""The picture of the lifecycle: ``python -m flows.picture > docs/lifecycle.md`` draws it from the table; a test compares the two."""

from collections import defaultdict

from flows.case import ENDED, Status
from flows.lifecycle import TRANSITIONS, Transition

HEAD = """# Lifecycle of a case

Drawn from `flows/lifecycle.py` by `python -m flows.picture`; do not edit by hand. `move()` is the only way from one status to
another, and each move writes one line of history.
"""


def picture() -> str:
    """The whole page as Markdown: a Mermaid state diagram, then the table of moves, then what ends a case."""
    return "\n".join([HEAD, "```mermaid", *_diagram(), "```", "", *_table(), "", _ends(), ""])


def _diagram() -> list[str]:
    arrows: dict[tuple[Status, Status], list[str]] = defaultdict(list)
    for row in TRANSITIONS:
        arrows[(row.came_from, row.went_to)].append(row.trigger)
    lines = ["stateDiagram-v2", f"    [*] --> {TRANSITIONS[0].came_from}"]
    lines += [f"    {old} --> {new}: {', '.join(triggers)}" for (old, new), triggers in arrows.items()]
    return [*lines, *(f"    {status} --> [*]" for status in Status if status in ENDED)]


def _table() -> list[str]:
    head = ["| From | Trigger | To | Who | Meaning |", "|---|---|---|---|---|"]
    return [*head, *(_row(row) for row in TRANSITIONS)]


def _row(row: Transition) -> str:
    return f"| {row.came_from} | `{row.trigger}` | {row.went_to} | {row.who} | {row.meaning} |"


def _ends() -> str:
    ended = ", ".join(status for status in Status if status in ENDED)
    return f"A case has ended when it is {ended}; /start then opens a new one."


if __name__ == "__main__":
    import sys

    sys.stdout.write(picture())
