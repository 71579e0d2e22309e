"""The transcripts of this folder; ``python -m tests.scenarios.play --update [names]`` rewrites their answers, the tests compare them."""

import sys
from collections.abc import Sequence
from pathlib import Path

from app.rehearsal.paper import entry
from app.rehearsal.player import play, written

FOLDER = Path(__file__).parent


def names() -> list[Path]:
    """All transcripts, in order."""
    return sorted(FOLDER.glob("*.txt"))


def main(arguments: Sequence[str]) -> None:
    """Rewrites the answers of the named transcripts, or of all."""
    wanted = {name.removesuffix(".txt") for name in arguments if name != "--update"}
    for path in names():
        if wanted and path.stem not in wanted:
            continue
        fresh = written(play(path))
        changed = fresh != path.read_text(encoding="utf-8")
        if changed and "--update" in arguments:
            path.write_text(fresh, encoding="utf-8")
        print(*entry(path.stem, "rewritten" if changed else "as it was"))


if __name__ == "__main__":
    main(sys.argv[1:])
