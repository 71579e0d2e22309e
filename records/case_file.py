"""The case file as a PDF: Typst sets it in a child, from data and from our own pictures; nothing a person wrote is run (decision 0012)."""

import json
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from records.child import child
from records.fonts import font_folder, one_line

WALL_S: Final = 60.0
MOST_BYTES: Final = 50_000_000  # a bot may send no larger document (Bot API, sendDocument)
MOST_PICTURE_BYTES: Final = 40_000_000  # of all pictures together; what goes beyond has its line in the index only
LONGEST: Final = 2_000  # characters of one line

_TEMPLATE: Final = Path(__file__).with_name("case_file.typ")


def case_file_beside(file: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    """The PDF. ``file``: the fields of ``flows.case_file.CaseFile`` as JSON knows them; ``pictures``: our own JPEGs by their SHA-256.

    Made in a process of its own, because Typst would keep its memory for ever; blocks for some tenths of a second. The same input gives
    the same bytes. Raises OSError when nothing came back or it grew too large.
    """
    wanted = _within(file, pictures)
    with child(_work, json.dumps(file, ensure_ascii=False), list(wanted)) as (ours, _):
        try:
            for sha in wanted:
                ours.send_bytes(pictures[sha])
            if not ours.poll(WALL_S):
                raise TimeoutError("The case file took too long.")
            return ours.recv_bytes(MOST_BYTES)
        except EOFError:
            raise OSError("The case file could not be set.") from None


def _within(file: Mapping[str, Any], pictures: Mapping[str, bytes]) -> list[str]:
    """The pictures that fit, in the order of the index."""
    found, room = list[str](), MOST_PICTURE_BYTES
    for entry in file["index"]:
        sha = str(entry["picture"])
        if sha in pictures and sha not in found and len(pictures[sha]) <= room:
            found.append(sha)
            room -= len(pictures[sha])
    return found


def _work(theirs: Connection, file: str, wanted: Sequence[str]) -> None:
    theirs.send_bytes(case_file_pdf(json.loads(file), {sha: theirs.recv_bytes() for sha in wanted}))


def case_file_pdf(file: dict[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    """The same here and now: loads Typst."""
    import typst

    with TemporaryDirectory() as folder:
        for number, (sha, data) in enumerate(pictures.items()):
            Path(folder, f"{number}.jpg").write_bytes(data)
            for entry in file["index"]:
                if entry["picture"] == sha:
                    entry["path"] = f"{number}.jpg"
        Path(folder, "case_file.typ").write_bytes(_TEMPLATE.read_bytes())
        made = typst.compile(
            str(Path(folder, "case_file.typ")), root=folder, font_paths=[str(font_folder())], ignore_system_fonts=True,
            sys_inputs={"file": json.dumps(_settable(file), ensure_ascii=False)}, format="pdf", timestamp=0,
        )  # fmt: skip
    assert isinstance(made, bytes)
    return made


def _settable(value: Any) -> Any:
    """Every text as one line that the font can show."""
    if isinstance(value, str):
        return one_line(value)[:LONGEST]
    if isinstance(value, list):
        return [_settable(inner) for inner in value]
    return {name: _settable(inner) for name, inner in value.items()} if isinstance(value, dict) else value
