"""Files at hand for a while: one fetch for many who scroll, never taken away from a reader, and not kept for ever."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from desk.held import KEPT_S, MOST, HeldFiles
from storage.shelf import ShelfAway


class Bucket:
    """A shelf whose files come from afar: it counts how often, and which are still here."""

    def __init__(self) -> None:
        self.fetched: Counter[str] = Counter()
        self.here: set[str] = set()
        self.now = 0.0
        self.away = False

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        if self.away:
            raise ShelfAway
        self.fetched[sha256] += 1
        self.here.add(sha256)
        yield Path(sha256)
        self.here.discard(sha256)


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture
def held(bucket: Bucket) -> HeldFiles:
    shelf: Any = bucket
    return HeldFiles(shelf, lambda: bucket.now)


def read(held: HeldFiles, name: str) -> None:
    with held.local(name):
        pass


def test_who_scrolls_through_a_ct_fetches_it_once(bucket: Bucket, held: HeldFiles) -> None:
    """Twenty requests at once, as a browser makes them, and twenty later."""
    threads = [threading.Thread(target=read, args=(held, "ct")) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bucket.now += KEPT_S - 1
    for _ in range(20):
        read(held, "ct")
    assert bucket.fetched == {"ct": 1}


def test_what_nobody_used_for_some_minutes_is_let_go(bucket: Bucket, held: HeldFiles) -> None:
    read(held, "ct")
    bucket.now += KEPT_S
    held.tidy()
    assert bucket.here == set()
    read(held, "ct")
    assert bucket.fetched["ct"] == 2


def test_of_too_many_the_longest_unused_goes_and_never_one_that_is_read(bucket: Bucket, held: HeldFiles) -> None:
    with held.local("open"):
        for number in range(MOST + 2):
            bucket.now += 1
            read(held, str(number))
        assert "open" in bucket.here
        assert len(bucket.here) == MOST
        assert "0" not in bucket.here
        bucket.now += 10 * KEPT_S
        held.tidy()
        assert bucket.here == {"open"}


def test_a_shelf_that_was_away_is_asked_again(bucket: Bucket, held: HeldFiles) -> None:
    bucket.away = True
    with pytest.raises(ShelfAway):
        read(held, "ct")
    bucket.away = False
    read(held, "ct")
    assert bucket.fetched["ct"] == 1
