"""A backup is whole, also while the service writes."""

from pathlib import Path

import pytest

from storage import inbox
from storage.backup import back_up
from storage.engine import StorageError, open_store
from tests.builders import NOON
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
