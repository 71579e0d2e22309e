"""Bytes on the shelf are named by what they are, written whole, and never leave it: in a folder and in a bucket."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.engine import StorageError
from storage.shelf import Damaged, Shelf, ShelfAway, ShelfRefused, name_of, open_shelf
from tests.storage.buckets import Buckets
from tests.storage.doing import at_once

MISSING = "ab" * 32


@pytest.fixture(scope="module")
def buckets() -> Iterator[Buckets]:
    """A real S3 API on this machine."""
    with Buckets() as running:
        yield running


@pytest.fixture(params=["folder", "bucket"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """An empty shelf of each sort."""
    if request.param == "folder":
        return open_shelf(f"file://{tmp_path}/shelf")
    running: Buckets = request.getfixturevalue("buckets")
    return running.shelf()


def names(shelf: Shelf) -> list[str]:
    return [name for name, _ in shelf.names()]


@pytest.mark.enable_socket
def test_bytes_come_back_under_their_digest(shelf: Shelf) -> None:
    """Also the empty file; the same bytes twice are one file."""
    for data in (b"", b"meow" * 1000, b"meow" * 1000):
        name = shelf.put(data)
        assert name == hashlib.sha256(data).hexdigest()
        assert shelf.get(name) == data
        assert shelf.has(name)
    assert len(names(shelf)) == 2


@pytest.mark.enable_socket
def test_twenty_who_put_the_same_bytes_leave_one_whole_file(shelf: Shelf) -> None:
    """No half-written file and no leftovers."""
    data = os.urandom(200_000)
    put = set(at_once(20, lambda _: shelf.put(data)))
    assert [shelf.get(name) for name in put] == [data]
    assert names(shelf) == list(put)


@pytest.mark.enable_socket
def test_a_large_file_is_adopted_and_gone_where_it_was(shelf: Shelf, tmp_path: Path) -> None:
    """Twelve megabytes go in parts; one that is here already is only taken away."""
    data = os.urandom(12_000_000)
    for _ in range(2):
        file = tmp_path / "upload"
        file.write_bytes(data)
        assert shelf.adopt(file) == name_of(data)
        assert not file.exists()
    with shelf.local(name_of(data)) as path:
        assert path.read_bytes() == data
    assert names(shelf) == [name_of(data)]


@pytest.mark.enable_socket
def test_a_large_file_on_its_way_is_not_sent_a_second_time_beside_it(buckets: Buckets, tmp_path: Path) -> None:
    """Whoever brings it again meanwhile keeps the file and comes later; others are not held up."""
    shelf, file, other = buckets.shelf(), tmp_path / "scan", tmp_path / "other"
    file.write_bytes(b"meow")
    other.write_bytes(b"purr")
    with shelf.on_its_way(name_of(b"meow")):
        with pytest.raises(ShelfAway):
            shelf.adopt(file)
        assert shelf.adopt(other) == name_of(b"purr")
    assert names(shelf) == [name_of(b"purr")]
    assert shelf.adopt(file) == name_of(b"meow")


@pytest.mark.enable_socket
def test_files_are_named_in_order_with_the_time_they_came(shelf: Shelf) -> None:
    put = sorted(shelf.put(bytes([number])) for number in range(40))
    assert names(shelf) == put
    now = datetime.now(UTC)
    assert all(now - timedelta(minutes=5) < at < now + timedelta(minutes=5) for _, at in shelf.names())


@pytest.mark.enable_socket
def test_what_is_dropped_is_gone_and_not_missed(shelf: Shelf) -> None:
    name = shelf.put(b"meow")
    shelf.drop(name)
    shelf.drop(name)
    assert not shelf.has(name)


@pytest.mark.enable_socket
@pytest.mark.parametrize("name", ["", "../../etc/passwd", "AB" * 32, "ab" * 31, "/" + "a" * 63, "ab" * 33])
def test_a_name_that_is_no_digest_is_refused(shelf: Shelf, name: str) -> None:
    """Nothing a person types can become a path."""
    for work in (shelf.get, shelf.has, shelf.drop):
        with pytest.raises(ValueError, match="64"):
            work(name)


@pytest.mark.enable_socket
def test_what_is_missing_is_missing(shelf: Shelf) -> None:
    """``has`` says so, ``get`` and ``local`` raise."""
    assert not shelf.has(MISSING)
    with pytest.raises(FileNotFoundError):
        shelf.get(MISSING)
    with pytest.raises(FileNotFoundError), shelf.local(MISSING):
        pass


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full at the last moment: no name, no leftovers."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(ShelfAway, match="No space"):
        Shelf(tmp_path).put(b"meow")
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_leftovers_of_a_writer_that_died_are_cleared_away_and_no_others(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    kept = shelf.path(shelf.put(b"meow"))
    for name, age in ((".new-old", 2), (".new-young", 0)):
        (kept.parent / name).write_bytes(b"half")
        at = (datetime.now(UTC) - timedelta(days=age)).timestamp()
        os.utime(kept.parent / name, (at, at))
    assert shelf.tidy(datetime.now(UTC) - timedelta(days=1)) == 1
    assert {file.name for file in kept.parent.iterdir()} == {kept.name, ".new-young"}


def test_a_shelf_is_opened_by_its_address_only(tmp_path: Path) -> None:
    """A folder that does not exist is made; signs in its name may be written as %20."""
    open_shelf(f"file://{tmp_path}/cat%20files").put(b"meow")
    assert (tmp_path / "cat files").is_dir()
    for address in ("ftp://bucket/files", "/var/files", "file://host/files", "s3:///files"):
        with pytest.raises(StorageError, match="folder or a bucket"):
            open_shelf(address)
    (tmp_path / "plain").write_text("")
    with pytest.raises(StorageError, match="cannot be written to"):
        open_shelf(f"file://{tmp_path}/plain")


@pytest.mark.enable_socket
@pytest.mark.parametrize("wrong", [{"bucket": "nobodys"}, {"endpoint": "http://127.0.0.1:9"}])
def test_a_bucket_that_cannot_be_written_to_is_refused_with_a_sentence(buckets: Buckets, wrong: dict[str, str]) -> None:
    with pytest.raises(StorageError, match=r"The bucket [a-z0-9-]+ cannot be") as refused:
        buckets.shelf(**wrong)
    assert "words-of-the-key" not in str(refused.value)


@pytest.mark.enable_socket
def test_a_store_that_is_away_is_away_and_says_nothing_of_any_file(buckets: Buckets) -> None:
    """What cannot be asked about is not missing: nobody may take the file for gone."""
    shelf = buckets.shelf()
    name = shelf.put(b"meow")
    with buckets.broken():
        for work in (shelf.get, shelf.has, shelf.drop):
            with pytest.raises(ShelfAway):
                work(name)
        with pytest.raises(ShelfAway):
            shelf.prove()
    assert shelf.get(name) == b"meow"
    shelf.prove()


@pytest.mark.enable_socket
def test_bytes_that_were_changed_over_there_are_not_given_out(buckets: Buckets) -> None:
    shelf = buckets.shelf()
    name = shelf.put(b"meow")
    buckets.overwrite(shelf.place(name), b"woof")
    with pytest.raises(Damaged):
        shelf.get(name)
    with pytest.raises(Damaged), shelf.local(name):
        pass


def test_bytes_that_were_changed_on_the_disk_are_not_given_out(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    name = shelf.put(b"meow")
    shelf.path(name).write_bytes(b"woof")
    with pytest.raises(Damaged):
        shelf.get(name)


def everything(shelf: Shelf, name: str) -> list[Callable[[], object]]:
    """Each way to ask the shelf something."""
    return [
        lambda: shelf.put(b"new"), lambda: shelf.get(name), lambda: shelf.has(MISSING), lambda: shelf.drop(MISSING),
        lambda: list(shelf.names()), shelf.prove,
    ]  # fmt: skip


@pytest.mark.enable_socket
def test_a_bucket_that_is_gone_or_refuses_us_is_an_outage_and_no_missing_file(buckets: Buckets, tmp_path: Path) -> None:
    """S3 answers "not found" for a missing bucket as it does for a missing file; what was to be adopted stays."""
    shelf = buckets.shelf()
    name = shelf.put(b"meow")
    with buckets.refusing():
        for ask in everything(shelf, name):
            with pytest.raises(ShelfRefused):
                ask()
    assert shelf.get(name) == b"meow"
    buckets.remove()
    for ask in everything(shelf, name):
        with pytest.raises(ShelfRefused):
            ask()
    file = tmp_path / "upload"
    file.write_bytes(b"new")
    with pytest.raises(ShelfRefused):
        shelf.adopt(file)
    assert file.exists()


@pytest.mark.enable_socket
def test_the_service_starts_while_its_bucket_is_away_but_not_with_a_wrong_one(buckets: Buckets) -> None:
    """An outage passes; a name or a key that is wrong does not."""
    shelf = buckets.shelf(endpoint="http://127.0.0.1:9", patient=True)
    with pytest.raises(ShelfAway):
        shelf.prove()
    with pytest.raises(StorageError, match="no such bucket"):
        buckets.shelf(bucket="nobodys", patient=True)
    with buckets.refusing(), pytest.raises(StorageError, match="does not accept the key"):
        buckets.shelf(bucket="nobodys", patient=True)


@pytest.mark.parametrize(
    "endpoint", ["objects.example.com", "ftp://objects", "http://a b", "https://key:word@host", "http://"]
)
def test_an_endpoint_that_is_no_address_is_refused(endpoint: str) -> None:
    """The library itself would panic."""
    with pytest.raises(StorageError, match="FILES_S3_ENDPOINT"):
        open_shelf("s3://cats", {"endpoint": endpoint})


@pytest.mark.enable_socket
def test_what_others_keep_on_the_shelf_is_passed_over(buckets: Buckets, tmp_path: Path) -> None:
    """Notes of an operator, a file in the wrong folder, the half of a writer: none of them is ours to judge."""
    shelf = buckets.shelf()
    for place in ("readme.txt", f"old/{MISSING}", f"cd/{MISSING}", "ab/notes"):
        buckets.overwrite(place, b"theirs")
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_bytes(b"theirs")
    for mine in (shelf, Shelf(tmp_path)):
        assert names(mine) == []
        name = mine.put(b"meow")
        assert names(mine) == [name]


def test_a_folder_that_is_gone_is_away(tmp_path: Path) -> None:
    shelf = open_shelf(f"file://{tmp_path}/shelf")
    name = shelf.put(b"meow")
    shelf.prove()
    shutil.rmtree(tmp_path / "shelf")
    with pytest.raises(ShelfAway):
        shelf.prove()
    with pytest.raises(ShelfAway):
        list(shelf.names())
    with pytest.raises(FileNotFoundError):
        shelf.get(name)


def test_twenty_who_adopt_from_another_disk_leave_one_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each copies into a file of its own: nobody's half is given the name."""
    shelf, data = Shelf(tmp_path / "shelf"), os.urandom(300_000)
    replace = os.replace

    def other_disk(source: str | Path, target: Path) -> None:
        if Path(source).parent != target.parent:
            raise OSError(18, "Invalid cross-device link")
        replace(source, target)

    monkeypatch.setattr(os, "replace", other_disk)
    files = [tmp_path / f"upload-{number}" for number in range(20)]
    for file in files:
        file.write_bytes(data)
    assert set(at_once(20, lambda number: shelf.adopt(files[number]))) == {name_of(data)}
    assert shelf.get(name_of(data)) == data
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [shelf.path(name_of(data))]
