"""The folder in which files from the browser grow until they are whole. How much of one is here is its real size and nothing else.

A count kept beside the file would be wrong after a hard stop, and bytes that came again would be appended a second time.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.units import StorageError


class Busy(Exception):
    """Somebody else is writing this file now."""


class Landing:
    """Files named by 32 hexadecimal digits. Locks hold between processes and end with the process that took them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, upload_id: str) -> Path:
        """Where this file is or would be. ValueError for any other name: no path leaves the folder."""
        if len(upload_id) != 32 or not set(upload_id) <= set("0123456789abcdef"):
            raise ValueError("An upload is named by 32 hexadecimal digits.")
        return self._folder / upload_id

    def size(self, upload_id: str) -> int:
        """How many bytes are here."""
        try:
            return self.path(upload_id).stat().st_size
        except FileNotFoundError:
            return 0

    def room(self) -> int:
        """How many bytes the disk still takes."""
        return shutil.disk_usage(self._folder).free

    @contextmanager
    def held(self, upload_id: str) -> Iterator[int]:
        """The file, open for reading and writing and locked; made if it is not there. Raises Busy."""
        path = self.path(upload_id)
        fresh = not path.exists()
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy from error
            if fresh:
                _sync(self._folder)
            yield number
        finally:
            os.close(number)

    def twin(self, upload_id: str) -> Path:
        """A second name of the same bytes, to be moved away while the first stays until it is known that all went well."""
        path = self.path(upload_id)
        twin = path.with_name(f"{upload_id}.{secrets.token_hex(4)}")
        try:
            os.link(path, twin)
        except FileNotFoundError:
            raise
        except OSError:  # a file system without links
            shutil.copyfile(path, twin)
            _sync(twin)
        return twin

    def drop(self, upload_id: str) -> None:
        """Takes the file and its twins away; what is not here is not missed."""
        for path in (self.path(upload_id), *self._folder.glob(f"{upload_id}.*")):
            with suppress(FileNotFoundError):
                path.unlink()

    def ids(self) -> set[str]:
        """All files that are here."""
        return {name.partition(".")[0] for name in os.listdir(self._folder) if len(name.partition(".")[0]) == 32}


def open_landing(folder: Path) -> Landing:
    """Makes the folder. StorageError, a sentence, where it cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{secrets.token_hex(4)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StorageError(f"The folder {folder} cannot be written to: {error.strerror}.") from error
    return Landing(folder)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
