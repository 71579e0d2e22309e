"""The same shelf in an S3-compatible store: for several machines that share one database. Only here is obstore imported."""

import hashlib
import os
import secrets
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
import structlog
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from storage.shelf import Damaged, Shelf, ShelfAway, ShelfRefused, as_put, is_name, name_of, name_of_file
from storage.units import StorageError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Config

log = structlog.get_logger(__name__)

PIECE = 1024 * 1024  # bytes read at a time
PART = 8 * 1024 * 1024  # bytes of one part of a large file: S3 takes at most 10,000 of them
AT_ONCE = 3  # parts on their way: so many times PART is the memory that one large file costs
LISTED = 1000  # names a page, S3's own most


class BucketShelf(Shelf):
    """Files as objects ``prefix/ab/abcd…``. What the provider does wrong is raised as ``ShelfAway``; a missing file is FileNotFoundError.

    ``bulk`` carries bytes and has time; ``quick`` asks, lists and deletes: who waits for that may hold a lock, or a call of 20 seconds.
    """

    def __init__(self, bulk: S3Store, quick: S3Store, prefix: str) -> None:
        self._bulk = bulk
        self._quick = quick
        self._prefix = f"{prefix}/" if prefix else ""
        self._door = threading.Lock()
        self._leaving: set[str] = set()

    def put(self, data: bytes) -> str:
        """Stores bytes; returns their SHA-256. An object is seen whole or not at all: the request is signed with the bytes' own hash."""
        name = name_of(data)
        if not self.has(name):
            with _writing():
                obstore.put(self._bulk, self._key(name), data, chunk_size=PART, max_concurrency=AT_ONCE)
        return name

    def adopt(self, file: Path) -> str:
        """Sends a file in parts, without reading it into the memory, and takes it away here once it is known to be whole there."""
        name, size = name_of_file(file), file.stat().st_size
        if not self.has(name):
            with self.on_its_way(name), _writing():
                obstore.put(self._bulk, self._key(name), file, chunk_size=PART, max_concurrency=AT_ONCE)
                if obstore.head(self._quick, self._key(name))["size"] != size:
                    obstore.delete(self._quick, self._key(name))
                    raise ShelfAway("The store kept another number of bytes than were sent.")
        file.unlink()
        return name

    @contextmanager
    def on_its_way(self, name: str) -> Iterator[None]:
        """Whoever waited too long for a large file comes again while it is still on its way: it must not go a second time beside it."""
        with self._door:
            if name in self._leaving:
                raise ShelfAway("these bytes are on their way already")
            self._leaving.add(name)
        try:
            yield
        finally:
            self._leaving.discard(name)

    def get(self, sha256: str) -> bytes:
        """The bytes, as they were put."""
        with _asking():
            data = bytes(obstore.get(self._bulk, self._key(sha256)).bytes())
        return as_put(data, sha256)

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """A copy on this machine (TMPDIR must have room for it), taken away afterwards."""
        key = self._key(sha256)
        number, name = tempfile.mkstemp(prefix="second-look-")
        digest = hashlib.sha256()
        try:
            with os.fdopen(number, "wb") as file, _asking():
                for piece in obstore.get(self._bulk, key).stream(min_chunk_size=PIECE):
                    file.write(piece)
                    digest.update(piece)
            if digest.hexdigest() != sha256:
                raise Damaged("These are other bytes than were put there.")
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def has(self, sha256: str) -> bool:
        """Whether it is there. A bucket that is gone answers this question alone with the same "no", so it is asked another."""
        key = self._key(sha256)
        try:
            with _asking():
                obstore.head(self._quick, key)
        except FileNotFoundError:
            self.prove()
            return False
        return True

    def drop(self, sha256: str) -> None:
        """Takes a file away for good; one that is not here is not missed."""
        key = self._key(sha256)
        try:
            with _asking():
                obstore.delete(self._quick, key)
        except FileNotFoundError:
            return

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Every file with the time it came (aware UTC), in the order of names, page by page."""
        with _asking():
            for page in obstore.list(self._quick, self._prefix or None, chunk_size=LISTED):
                for one in sorted(page, key=lambda found: str(found["path"])):
                    name = str(one["path"]).rpartition("/")[2]
                    if is_name(name) and one["path"] == self._key(name):
                        yield name, one["last_modified"]

    def tidy(self, before: datetime) -> int:
        """Unfinished parts are the provider's to clear away (a lifecycle rule of the bucket)."""
        return 0

    def prove(self) -> None:
        """Raises ShelfAway when the store does not answer, or not to us. One small question."""
        with _asking():
            for _ in obstore.list(self._quick, f"{self._prefix}.proof/"):
                return

    def prove_writable(self) -> None:
        """Writes, reads, lists and deletes a word of its own. Raises ShelfAway or ShelfRefused."""
        place = f"{self._prefix}.proof/{secrets.token_hex(8)}"  # several processes may start at the same moment
        with _writing():
            obstore.put(self._quick, place, b"proof")
            obstore.get(self._quick, place).bytes()
            obstore.delete(self._quick, place)
        self.prove()

    def _key(self, sha256: str) -> str:
        return self._prefix + self.place(sha256)


@contextmanager
def _asking() -> Iterator[None]:
    """The provider's faults as ours. The words of its answers hold addresses and keys and go no further."""
    try:
        yield
    except FileNotFoundError as error:
        if _NO_BUCKET in str(error):
            raise ShelfRefused("there is no such bucket") from None
        raise
    except (BaseError, OSError) as error:
        raise _as_ours(error) from None


_NO_BUCKET = "NoSuchBucket"
_REFUSALS = ("status code: 403", "status code: 401")  # of a listing the library only tells that it failed


def _as_ours(error: Exception) -> ShelfAway:
    words = str(error)
    if _NO_BUCKET in words:
        return ShelfRefused("there is no such bucket")
    named = isinstance(error, PermissionDeniedError | UnauthenticatedError)
    if named or any(sign in words for sign in _REFUSALS):
        return ShelfRefused("the store does not accept the key, or the key may not do this")
    return ShelfAway(f"the store does not answer as it should ({type(error).__name__})")


@contextmanager
def _writing() -> Iterator[None]:
    """The same where "not found" can only mean the bucket."""
    try:
        with _asking():
            yield
    except FileNotFoundError:
        raise ShelfRefused("there is no such bucket") from None


def open_bucket(url: str, access: Mapping[str, str], patient: bool = False) -> BucketShelf:
    """``s3://bucket/prefix``. ``access``: "endpoint" ("" = Amazon's own), "region", "key_id", "secret" ("" = the machine's own role).

    StorageError, a sentence without any key in it, when the bucket cannot be written to; with ``patient`` only when that
    would not pass by itself.
    """
    parts = urlsplit(url)
    _check(access.get("endpoint", ""))
    try:
        shelf = BucketShelf(
            _store(parts.netloc, access, {"timeout": "10 minutes", "read_timeout": "60s"}, retries=3),
            _store(parts.netloc, access, {"timeout": "6s"}, retries=1),
            parts.path.strip("/"),
        )
        shelf.prove_writable()
    except ShelfRefused as error:
        raise StorageError(
            f"The bucket {parts.netloc} cannot be written to: {error}. See FILES_S3_… in .env."
        ) from None
    except ShelfAway as error:
        if not patient:
            raise StorageError(
                f"The bucket {parts.netloc} cannot be reached: {error}. See FILES_S3_… in .env."
            ) from None
        log.warning("shelf_away", error=type(error).__name__)
    except (BaseError, ValueError):
        raise StorageError(
            f"The bucket {parts.netloc} or its settings cannot be read; see FILES_S3_… in .env."
        ) from None
    return shelf


def _check(endpoint: str) -> None:
    """The library ends with a panic, which no ``except Exception`` sees, over an address that it cannot read."""
    parts = urlsplit(endpoint)
    plain = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint
    if endpoint and not (plain and parts.scheme in ("http", "https") and parts.hostname and not parts.username):
        raise StorageError("FILES_S3_ENDPOINT: is no address. Example: https://objects.example.com")


def _store(bucket: str, access: Mapping[str, str], waits: "ClientConfig", retries: int) -> S3Store:
    endpoint = access.get("endpoint", "")
    config: S3Config = {"virtual_hosted_style_request": not endpoint}
    if endpoint:
        config["endpoint"] = endpoint
    if access.get("region"):
        config["region"] = access["region"]
    if access.get("key_id"):
        config |= {"access_key_id": access["key_id"], "secret_access_key": access.get("secret", "")}
    client: ClientConfig = {"allow_http": endpoint.startswith("http://"), "connect_timeout": "4s", **waits}
    return S3Store(bucket, config=config, client_options=client, retry_config={"max_retries": retries})
