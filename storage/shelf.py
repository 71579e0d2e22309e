"""The bytes of files, each under the SHA-256 of its content: written once, never changed."""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from storage.units import StorageError


class ShelfAway(OSError):
    """The store of files failed or could not be reached: to be tried again. Says nothing about any file."""


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

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """A path to read these bytes from while the block lasts. FileNotFoundError when they are not here."""
        path = self.path(sha256)
        path.stat()
        yield path

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Every file with the time it came (aware UTC), in the order of names, folder by folder."""
        for folder in sorted(self._root.glob("[0-9a-f][0-9a-f]")):
            for file in sorted(folder.glob("[0-9a-f]*")):
                yield file.name, datetime.fromtimestamp(file.stat().st_mtime, UTC)

    def tidy(self, before: datetime) -> int:
        """Takes away what writers that died left behind before then; says how many."""
        left = [file for file in self._root.rglob(".new-*") if file.stat().st_mtime < before.timestamp()]
        for file in left:
            file.unlink(missing_ok=True)
        return len(left)

    def prove(self) -> None:
        """Raises ShelfAway when nothing can be read here."""
        if not self._root.is_dir():
            raise ShelfAway("The folder of files is gone.")

    def path(self, sha256: str) -> Path:
        """Where these bytes are or would be. ValueError for anything that is not a SHA-256: no path leaves the shelf."""
        return self._root / self.place(sha256)

    @staticmethod
    def place(sha256: str) -> str:
        """Where a file stands below the root."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("A file on the shelf is named by 64 hexadecimal digits.")
        return f"{sha256[:2]}/{sha256}"

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


def open_shelf(url: str, access: Mapping[str, str] | None = None) -> Shelf:
    """Opens the shelf that ``file:///folder`` or ``s3://bucket/prefix`` names. StorageError, a sentence, for any other or an unusable one.

    ``access``: how to reach the bucket (``storage.bucket.open_bucket``).
    """
    parts = urlsplit(url)
    if parts.scheme == "s3" and parts.netloc:
        from storage.bucket import open_bucket  # a library of its own: who keeps files in a folder does not load it

        return open_bucket(url, access or {})
    if parts.scheme != "file" or parts.netloc or not parts.path:
        raise StorageError(
            "Files are kept in a folder or a bucket; give its address as file:///folder or s3://bucket/prefix."
        )
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
