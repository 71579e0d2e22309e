"""A backup is whole, also while the service writes."""

from pathlib import Path

import pytest

from storage import cases, erasure, files, inbox
from storage.backup import Copied, back_up, copy_files
from storage.engine import StorageError, open_store
from storage.files import FileLine
from storage.shelf import Shelf, ShelfAway, name_of
from tests.builders import NOON, a_case
from tests.storage.buckets import Buckets
from tests.storage.doing import do


def test_a_copy_made_under_load_holds_all_that_was_durable_before(sqlite_url: str, tmp_path: Path) -> None:
    """What was told to be durable before the copy began is in it, and the copy can be opened."""
    store, copy = open_store(sqlite_url), tmp_path / "copy.db"
    for number in range(50):
        do(store, inbox.claim, "before", str(number), NOON)
    during = [store.perform(lambda conn, n=n: inbox.claim(conn, "during", str(n), NOON)) for n in range(2000)]
    size = back_up(sqlite_url, copy)
    assert all(future.result(60) for future in during)
    store.close()
    assert size == copy.stat().st_size
    assert [file.name for file in tmp_path.glob("copy*")] == ["copy.db"]
    restored = open_store(f"sqlite:///{copy}")
    assert not any(do(restored, inbox.claim, "before", str(number), NOON) for number in range(50))
    restored.close()


def test_nothing_is_overwritten_and_nothing_but_sqlite_copied(sqlite_url: str, tmp_path: Path) -> None:
    """Each with a sentence for the operator."""
    (tmp_path / "there.db").write_text("precious")
    for url, target, sentence in [
        (sqlite_url, tmp_path / "there.db", "exists already"),
        (sqlite_url, tmp_path / "nowhere" / "copy.db", "could not be made"),
        (f"sqlite:///{tmp_path}/missing.db", tmp_path / "copy.db", "no database"),
        ("postgresql://postgres@127.0.0.1/cats", tmp_path / "copy.db", "pg_dump"),
    ]:
        with pytest.raises(StorageError, match=sentence):
            back_up(url, target)
    assert (tmp_path / "there.db").read_text() == "precious"


def kept(url: str, shelf: Shelf, *words: bytes) -> None:
    """A case with these files, each with a preview."""
    store = open_store(url)
    do(store, cases.insert, a_case())
    for data in words:
        small = b"small " + data
        line = FileLine(name_of(data), "jpeg", len(data), name_of(small))
        do(store, files.keep, "case-1", line, "a.jpg", NOON)
        shelf.put(data)
        shelf.put(small)
    store.close()


@pytest.mark.enable_socket
def test_records_are_copied_out_of_a_bucket_once_and_can_be_used_from_the_copy(
    database_url: str, tmp_path: Path
) -> None:
    """What nobody needs is not copied; the second time only what is new."""
    with Buckets() as buckets:
        shelf, folder = buckets.shelf(), tmp_path / "cat copies"
        kept(database_url, shelf, b"x ray", b"blood")
        shelf.put(b"stranger")
        small = len(b"small ")
        assert copy_files(database_url, shelf, folder) == Copied(new=4, size=2 * (5 + 5) + 2 * small)
        assert copy_files(database_url, shelf, folder) == Copied()
        Shelf(folder).drop(name_of(b"blood"))
        with buckets.broken(), pytest.raises(ShelfAway):
            copy_files(database_url, shelf, folder)
        assert copy_files(database_url, shelf, folder) == Copied(new=1, size=5)
    assert Shelf(folder).get(name_of(b"blood")) == b"blood"
    assert len([file for file in folder.rglob("*") if file.is_file()]) == 4


def test_what_was_erased_leaves_the_copy_and_what_was_lost_stays_in_it(database_url: str, tmp_path: Path) -> None:
    """A copy is for what the store loses, and no reason to keep what an owner erased."""
    shelf, folder = Shelf(tmp_path / "files"), tmp_path / "copy"
    kept(database_url, shelf, b"x ray")
    copy_files(database_url, shelf, folder)
    shelf.drop(name_of(b"x ray"))
    assert copy_files(database_url, shelf, folder) == Copied()
    assert Shelf(folder).has(name_of(b"x ray"))
    store = open_store(database_url)
    case = do(store, cases.by_id, "case-1")
    assert case is not None
    do(store, erasure.erase, case.chat, [case])
    store.close()
    assert copy_files(database_url, shelf, folder) == Copied(gone=2)
    assert list(Shelf(folder).names()) == []


def test_what_is_missing_or_damaged_is_counted_and_not_copied(sqlite_url: str, tmp_path: Path) -> None:
    """Bytes that are not what their name says help nobody."""
    shelf, folder = Shelf(tmp_path / "files"), tmp_path / "copy"
    kept(sqlite_url, shelf, b"x ray", b"blood")
    shelf.drop(name_of(b"x ray"))
    shelf.path(name_of(b"blood")).write_bytes(b"ink")
    assert copy_files(sqlite_url, shelf, folder) == Copied(new=2, size=len(b"small x raysmall blood"), missing=2)
    assert [file for file in folder.rglob(".*")] == []
