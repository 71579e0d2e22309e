"""The bytes of files, each under the SHA-256 of its content: written once, never changed."""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from storage.units import StorageError

UNFINISHED = ".new-"  # what is being written begins with this
PIECE = 1024 * 1024  # bytes copied at a time


class ShelfAway(Exception):
    """The store of files failed, is full or cannot be reached: to be tried again. Says nothing about any file.

    ``code``: its row in ``desk.errors``. No OSError, so that nobody takes it for a file that cannot be read.
    """

    code = "shelf_away"


class ShelfRefused(ShelfAway):
    """It answers, but does not let us in: the key or the bucket is wrong. Tried again as well, for a person will mend it."""

    code = "shelf_refused"


class Damaged(FileNotFoundError):
    """What is kept under this name is not what was put there: for whoever reads, the file is gone."""


class Shelf:
    """A folder of files, spread over 256 folders by the first two digits of their names."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, data: bytes) -> str:
        """Stores bytes durably; returns their SHA-256 in hexadecimal. The same bytes are stored once. Raises ShelfAway.

        Whoever reads sees all of a file or none of it: it gets its name only after it is on the disk.
        """
        name = name_of(data)
        target = self.path(name)
        with _writing():
            if not target.exists():
                self._make_folder(target.parent)
                _write(target, data)
        return name

    def adopt(self, file: Path) -> str:
        """Moves a file here without reading it into the memory; one whose bytes are here already is taken away. Returns its SHA-256.

        The file must be on the disk already (fsync) and on the same file system as the shelf, or it is copied. It stays
        where it was when ShelfAway is raised.
        """
        name = name_of_file(file)
        target = self.path(name)
        with _writing():
            if target.exists():
                file.unlink()
            else:
                self._make_folder(target.parent)
                _move(file, target)
        return name

    def get(self, sha256: str) -> bytes:
        """The bytes, as they were put. FileNotFoundError when they are not here, ShelfAway when they cannot be read."""
        with _reading():
            data = self.path(sha256).read_bytes()
        return as_put(data, sha256)

    def has(self, sha256: str) -> bool:
        """Whether they are here. Raises ShelfAway."""
        path = self.path(sha256)
        with _reading():
            return path.exists()

    def drop(self, sha256: str) -> None:
        """Takes a file away for good; one that is not here is not missed. Raises ShelfAway."""
        path = self.path(sha256)
        with _reading():
            path.unlink(missing_ok=True)

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """A path to read these bytes from while the block lasts. FileNotFoundError when they are not here."""
        path = self.path(sha256)
        with _reading():
            path.stat()
        yield path

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Every file with the time it came (aware UTC), in the order of names. What is not ours is passed over. Raises ShelfAway."""
        self.prove()
        for folder in sorted(self._root.glob("[0-9a-f][0-9a-f]")):
            with _reading():
                found = sorted((name, at) for name, at in _listed(folder) if is_name(name) and name[:2] == folder.name)
            yield from found

    def tidy(self, before: datetime) -> int:
        """Takes away what writers that died left behind before then; says how many."""
        left = 0
        with _reading():
            for folder in self._root.glob("[0-9a-f][0-9a-f]"):
                for name, at in _listed(folder):
                    if name.startswith(UNFINISHED) and at < before:
                        (folder / name).unlink(missing_ok=True)
                        left += 1
        return left

    def prove(self) -> None:
        """Raises ShelfAway when nothing can be read here. Cheap: it may be asked every few seconds."""
        if not self._root.is_dir():
            raise ShelfAway("The folder of files is gone.")

    def path(self, sha256: str) -> Path:
        """Where these bytes are or would be. ValueError for anything that is not a SHA-256: no path leaves the shelf."""
        return self._root / self.place(sha256)

    @staticmethod
    def place(sha256: str) -> str:
        """Where a file stands below the root."""
        if not is_name(sha256):
            raise ValueError("A file on the shelf is named by 64 hexadecimal digits.")
        return f"{sha256[:2]}/{sha256}"

    def _make_folder(self, folder: Path) -> None:
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _sync_folder(self._root)


def is_name(word: str) -> bool:
    """Whether something could be the name of a file here: a SHA-256 in hexadecimal."""
    return len(word) == 64 and set(word) <= set("0123456789abcdef")


def as_put(data: bytes, sha256: str) -> bytes:
    """The bytes, if they are those of that name. Raises Damaged: what was changed where it is kept is not given out."""
    if name_of(data) != sha256:
        raise Damaged("These are other bytes than were put there.")
    return data


def name_of(data: bytes) -> str:
    """What these bytes are called on the shelf."""
    return hashlib.sha256(data).hexdigest()


def name_of_file(file: Path) -> str:
    """The same for a file of any size."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def open_shelf(url: str, access: Mapping[str, str] | None = None, patient: bool = False) -> Shelf:
    """Opens the shelf that ``file:///folder`` or ``s3://bucket/prefix`` names. StorageError, a sentence, for any other or an unusable one.

    ``access``: how to reach the bucket (``storage.bucket.open_bucket``). ``patient``: a bucket that cannot be reached this
    moment is opened all the same, because whoever starts the service then wants the rest of it.
    """
    parts = urlsplit(url)
    if parts.scheme == "s3" and parts.netloc:
        from storage.bucket import open_bucket  # a library of its own: who keeps files in a folder does not load it

        return open_bucket(url, access or {}, patient)
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


@contextmanager
def _reading() -> Iterator[None]:
    """What keeps the disk from answering is an outage; that a file is not there is an answer."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ShelfAway(f"The folder of files failed: {error.strerror}.") from error


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ShelfAway(f"The folder of files cannot be written to: {error.strerror}.") from error


def _listed(folder: Path) -> Iterator[tuple[str, datetime]]:
    """Names and times of what is in a folder; what is taken away meanwhile is passed over."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                yield entry.name, datetime.fromtimestamp(entry.stat().st_mtime, UTC)


def _write(target: Path, data: bytes) -> None:
    with _unfinished(target) as file:
        file.write(data)


def _move(file: Path, target: Path) -> None:
    try:
        os.replace(file, target)
        _sync_folder(target.parent)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with file.open("rb") as source, _unfinished(target) as copy:
            shutil.copyfileobj(source, copy, PIECE)
        file.unlink()


@contextmanager
def _unfinished(target: Path) -> Iterator[BinaryIO]:
    """A file that gets its name once it is whole and on the disk, or leaves nothing."""
    number, name = tempfile.mkstemp(dir=target.parent, prefix=UNFINISHED)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Makes a name durable: without it a power cut may keep the bytes and lose what they are called."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
