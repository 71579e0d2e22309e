"""The bytes of files, each under the SHA-256 of its content: written once, never changed."""

import errno
import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from storage.units import StorageError


class Shelf:
    """A folder of files, spread over 256 folders by the first two digits of their names."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, data: bytes) -> str:
        """Stores bytes durably; returns their SHA-256 in hexadecimal. The same bytes are stored once.

        Whoever reads sees all of a file or none of it: it gets its name only after it is on the disk.
        """
        name = name_of(data)
        target = self.path(name)
        if not target.exists():
            self._make_folder(target.parent)
            _write(target, data)
        return name

    def adopt(self, file: Path) -> str:
        """Moves a file here without reading it into the memory; one whose bytes are here already is taken away. Returns its SHA-256.

        The file must be on the disk already (fsync) and on the same file system as the shelf, or it is copied.
        """
        name = name_of_file(file)
        target = self.path(name)
        if target.exists():
            file.unlink()
            return name
        self._make_folder(target.parent)
        _move(file, target)
        return name

    def get(self, sha256: str) -> bytes:
        """The bytes. FileNotFoundError when they are not here."""
        return self.path(sha256).read_bytes()

    def has(self, sha256: str) -> bool:
        return self.path(sha256).exists()

    def drop(self, sha256: str) -> None:
        """Takes a file away for good; one that is not here is not missed."""
        self.path(sha256).unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """Where these bytes are or would be. ValueError for anything that is not a SHA-256: no path leaves the shelf."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("A file on the shelf is named by 64 hexadecimal digits.")
        return self._root / sha256[:2] / sha256

    def _make_folder(self, folder: Path) -> None:
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _sync_folder(self._root)


def name_of(data: bytes) -> str:
    """What these bytes are called on the shelf."""
    return hashlib.sha256(data).hexdigest()


def name_of_file(file: Path) -> str:
    """The same for a file of any size."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def open_shelf(url: str) -> Shelf:
    """Opens the shelf a ``file:///folder`` address names. StorageError, a sentence, for any other or an unusable one."""
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc or not parts.path:
        raise StorageError("Files can be kept in a folder only; give its address as file:///folder.")
    root = Path(unquote(parts.path))
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=root):
            return Shelf(root)
    except OSError as error:
        raise StorageError(f"The folder {root} cannot be written to: {error.strerror}.") from error


def _write(target: Path, data: bytes) -> None:
    number, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _move(file: Path, target: Path) -> None:
    try:
        os.replace(file, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        near = target.parent / f".new-{target.name}"
        shutil.copyfile(file, near)
        with near.open("rb") as copied:
            os.fsync(copied.fileno())
        os.replace(near, target)
        file.unlink()
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Makes a name durable: without it a power cut may keep the bytes and lose what they are called."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
