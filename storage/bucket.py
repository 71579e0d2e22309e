"""The same shelf in an S3-compatible store: for several machines that share one database. Only here is obstore imported."""

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from storage.shelf import Shelf, ShelfAway, name_of, name_of_file
from storage.units import StorageError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Config

PIECE = 1024 * 1024  # bytes read at a time
LISTED = 1000  # names a page, S3's own most


class BucketShelf(Shelf):
    """Files as objects ``prefix/ab/abcd…``. What the provider does wrong is raised as ``ShelfAway``; a missing file is FileNotFoundError."""

    def __init__(self, store: S3Store, prefix: str) -> None:
        self._store = store
        self._prefix = f"{prefix}/" if prefix else ""

    def put(self, data: bytes) -> str:
        """Stores bytes; returns their SHA-256. An object is seen whole or not at all."""
        name = name_of(data)
        with _as_ours():
            if not self.has(name):
                obstore.put(self._store, self._key(name), data)
        return name

    def adopt(self, file: Path) -> str:
        """Sends a file in parts, without reading it into the memory, and takes it away here."""
        name = name_of_file(file)
        with _as_ours():
            if not self.has(name):
                obstore.put(self._store, self._key(name), file)
        file.unlink()
        return name

    def get(self, sha256: str) -> bytes:
        """The bytes, as they were: what the provider changed is not given out."""
        with _as_ours():
            data = bytes(obstore.get(self._store, self._key(sha256)).bytes())
        if name_of(data) != sha256:
            raise ShelfAway("The store gave other bytes than were put there.")
        return data

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """A copy on this machine, taken away afterwards."""
        number, name = tempfile.mkstemp(prefix="second-look-")
        digest = hashlib.sha256()
        try:
            with os.fdopen(number, "wb") as file, _as_ours():
                for piece in obstore.get(self._store, self._key(sha256)).stream(min_chunk_size=PIECE):
                    file.write(piece)
                    digest.update(piece)
            if digest.hexdigest() != sha256:
                raise ShelfAway("The store gave other bytes than were put there.")
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def has(self, sha256: str) -> bool:
        """Whether it is there."""
        try:
            with _as_ours():
                obstore.head(self._store, self._key(sha256))
        except FileNotFoundError:
            return False
        return True

    def drop(self, sha256: str) -> None:
        """Takes a file away for good; one that is not here is not missed."""
        try:
            with _as_ours():
                obstore.delete(self._store, self._key(sha256))
        except FileNotFoundError:
            return

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Every file with the time it came (aware UTC), in the order of names, page by page."""
        with _as_ours():
            for page in obstore.list(self._store, self._prefix or None, chunk_size=LISTED):
                for one in sorted(page, key=lambda found: str(found["path"])):
                    name = str(one["path"]).rpartition("/")[2]
                    if len(name) == 64:
                        yield name, one["last_modified"]

    def tidy(self, before: datetime) -> int:
        """Unfinished parts are the provider's to clear away (a lifecycle rule of the bucket)."""
        return 0

    def prove(self) -> None:
        """Raises ShelfAway when the store does not answer, or not to us."""
        self.has("0" * 64)

    def prove_writable(self) -> None:
        """Writes, reads and deletes a word of its own. Raises what the store raises."""
        place = f"{self._prefix}.proof"
        obstore.put(self._store, place, b"proof")
        obstore.get(self._store, place).bytes()
        obstore.delete(self._store, place)

    def _key(self, sha256: str) -> str:
        return self._prefix + self.place(sha256)


@contextmanager
def _as_ours() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        raise ShelfAway(f"The store of files failed ({type(error).__name__}).") from None


def open_bucket(url: str, access: Mapping[str, str]) -> BucketShelf:
    """``s3://bucket/prefix``. ``access``: "endpoint" ("" = Amazon's own), "region", "key_id", "secret".

    StorageError, a sentence without any key in it, when the bucket cannot be written to.
    """
    parts = urlsplit(url)
    plain = access.get("endpoint", "").startswith("http://")
    config: S3Config = {"virtual_hosted_style_request": not access.get("endpoint")}
    if access.get("endpoint"):
        config["endpoint"] = access["endpoint"]
    if access.get("region"):
        config["region"] = access["region"]
    if access.get("key_id"):
        config |= {"access_key_id": access["key_id"], "secret_access_key": access.get("secret", "")}
    waits: ClientConfig = {"allow_http": plain, "timeout": "60s", "connect_timeout": "5s"}
    try:
        store = S3Store(parts.netloc, config=config, client_options=waits, retry_config={"max_retries": 2})
        shelf = BucketShelf(store, parts.path.strip("/"))
        shelf.prove_writable()
    except (BaseError, OSError, ValueError) as error:
        why = type(error).__name__
        raise StorageError(f"The bucket {parts.netloc} cannot be written to ({why}); see FILES_S3_… in .env.") from None
    return shelf
