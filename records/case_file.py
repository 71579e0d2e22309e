"""The case file as a PDF: Typst sets it in a child, from data and from our own pictures, which pass through one at a time.

The words are data beside a template of ours (``case_file.typ``), and nothing a person wrote is run (decision 0012).
"""

import json
import resource
import shutil
import tempfile
from collections.abc import Callable, Collection, Mapping
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any, Final

from flows.wording import ranges
from records.child import child
from records.fonts import one_line
from records.letter import font_book

WALL_S: Final = 60.0
CPU_S: Final = 40
MOST_BYTES: Final = 24_000_000  # of previews; a bot may send 50 MB, and a phone on a ward is slow with half of that
PIECE: Final = 1024 * 1024
LONGEST: Final = 2_000  # characters of one line

_TEMPLATE: Final = Path(__file__).with_name("case_file.typ")

Read = Callable[[str], bytes]


def case_file_beside(file: Mapping[str, Any], read: Read, target: IO[bytes]) -> None:
    """Writes the PDF to ``target``. ``file``: the fields of ``flows.case_file.CaseFile`` as JSON knows them.

    ``read`` gives our own JPEG by its SHA-256 or raises FileNotFoundError; its other errors are raised here. Blocks for some tenths of a
    second, WALL_S at most; neither the pictures nor the PDF are ever whole in this process. Of more than MOST_BYTES the first of
    ``file["pictures"]`` are kept; the others, and those that cannot be had, are named on the paper. The same input gives the same bytes.
    Raises OSError when no PDF came back.
    """
    folder = tempfile.mkdtemp(prefix="second-look-")  # Typst takes pictures from files alone
    try:
        with child(_work, folder) as (ours, _):
            try:
                _hand_over(ours, file, read)
                _take_back(ours, target)
            except (EOFError, BrokenPipeError, ConnectionResetError):
                raise OSError("The case file could not be set.") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # here, because the child may have been killed


def _hand_over(ours: Connection, file: Mapping[str, Any], read: Read) -> None:
    """The words, then every picture, an empty one for what cannot be had or has no room."""
    ours.send_bytes(json.dumps(file).encode())
    room = MOST_BYTES
    for sha in file["pictures"]:
        try:
            data = read(sha)
        except FileNotFoundError:
            data = b""
        sent = data if len(data) <= room else b""
        room -= len(sent)
        ours.send_bytes(sent)


def _take_back(ours: Connection, target: IO[bytes]) -> None:
    while True:
        if not ours.poll(WALL_S):
            raise TimeoutError("The case file took too long.")
        piece = ours.recv_bytes(PIECE)
        if not piece:
            return
        target.write(piece)


def _work(theirs: Connection, folder: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))  # whoever hands it pictures is not kept waiting for ever
    file = json.loads(theirs.recv_bytes())
    kept = [sha for sha in file["pictures"] if _kept(theirs.recv_bytes(), Path(folder, f"{sha}.jpg"))]
    made = set_pdf(file, kept, Path(folder))
    for start in range(0, len(made), PIECE):
        theirs.send_bytes(made[start : start + PIECE])
    theirs.send_bytes(b"")


def _kept(data: bytes, place: Path) -> bool:
    """Puts a picture there; False for what is none, which would stop the whole paper."""
    from PIL import Image

    try:
        Image.open(BytesIO(data), formats=["JPEG"]).close()
    except (OSError, ValueError, SyntaxError):
        return False
    place.write_bytes(data)
    return True


def set_pdf(file: Mapping[str, Any], kept: Collection[str], folder: Path) -> bytes:
    """The PDF, with those pictures that are in ``folder`` as ``SHA-256.jpg``. Loads Typst: for a child."""
    import typst

    index = [
        {**entry, "path": f"{entry['picture']}.jpg" if entry["picture"] in kept else ""} for entry in file["index"]
    ]
    lost = [entry["number"] for entry in index if entry["picture"] and not entry["path"]]
    left_out = file["headings"]["left_out"].replace("{numbers}", ranges(lost)) if lost else ""
    plain = _settable({**file, "index": index, "left_out": left_out})
    compiler = typst.Compiler(
        _TEMPLATE.read_bytes(), root=folder, font_paths=font_book(), ignore_system_fonts=True,
        sys_inputs={"file": json.dumps(plain, ensure_ascii=False)},
    )  # fmt: skip
    made = compiler.compile(format="pdf", timestamp=0)
    if not isinstance(made, bytes):
        raise TypeError("A PDF is one piece of bytes.")
    return made


def _settable(value: Any) -> Any:
    """Every text as one line that the font can show."""
    if isinstance(value, str):
        return one_line(value)[:LONGEST]
    if isinstance(value, list):
        return [_settable(inner) for inner in value]
    return {name: _settable(inner) for name, inner in value.items()} if isinstance(value, dict) else value
