"""Bytes on the shelf are named by what they are, written whole, and never leave it."""

import hashlib
import os
from pathlib import Path

import pytest

from storage.engine import StorageError
from storage.shelf import Shelf, open_shelf
from tests.storage.doing import at_once


def test_bytes_come_back_under_their_digest(tmp_path: Path) -> None:
    """Also the empty file; the same bytes twice are one file."""
    shelf = Shelf(tmp_path)
    for data in (b"", b"meow" * 1000, b"meow" * 1000):
        name = shelf.put(data)
        assert name == hashlib.sha256(data).hexdigest()
        assert shelf.get(name) == data
        assert shelf.path(name).parent.name == name[:2]
    assert len([file for file in tmp_path.rglob("*") if file.is_file()]) == 2


def test_twenty_who_put_the_same_bytes_leave_one_whole_file(tmp_path: Path) -> None:
    """No half-written file and no leftovers."""
    shelf, data = Shelf(tmp_path), os.urandom(200_000)
    names = set(at_once(20, lambda _: shelf.put(data)))
    assert [shelf.get(name) for name in names] == [data]
    assert len([file for file in tmp_path.rglob("*") if file.is_file()]) == 1


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full at the last moment: no name, no leftovers."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        Shelf(tmp_path).put(b"meow")
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "AB" * 32, "ab" * 31, "/" + "a" * 63, "ab" * 33])
def test_a_name_that_is_no_digest_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing a person types can become a path."""
    with pytest.raises(ValueError, match="64"):
        Shelf(tmp_path).get(name)


def test_what_is_missing_is_missing(tmp_path: Path) -> None:
    """``has`` says so and ``get`` raises."""
    assert not Shelf(tmp_path).has("ab" * 32)
    with pytest.raises(FileNotFoundError):
        Shelf(tmp_path).get("ab" * 32)


def test_a_shelf_is_opened_by_a_file_address_only(tmp_path: Path) -> None:
    """A folder that does not exist is made; signs in its name may be written as %20."""
    open_shelf(f"file://{tmp_path}/cat%20files").put(b"meow")
    assert (tmp_path / "cat files").is_dir()
    for address in ("s3://bucket/files", "/var/files", "file://host/files"):
        with pytest.raises(StorageError, match="folder"):
            open_shelf(address)
    (tmp_path / "plain").write_text("")
    with pytest.raises(StorageError, match="cannot be written to"):
        open_shelf(f"file://{tmp_path}/plain")
