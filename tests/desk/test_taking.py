"""A file taken in is held against the earlier pictures of its case, whatever way either of them came; on both engines."""

import asyncio
import random
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from app.rehearsal.clinic import clinic
from desk.desk import Desk
from desk.taking import take
from flows.case import Record
from flows.incoming import Stored
from records import alike
from storage import cases
from storage.engine import Store
from storage.shelf import Shelf
from tests.builders import NOON, a_case
from tests.records import scenes
from tests.storage.doing import do


def _saved(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _record(stored: Stored) -> Record:
    kept = {"file": stored.file, "preview": stored.preview, "facts": stored.facts}
    return Record(stored.unique, "photo", "", stored.size, "stored", **kept)


def test_a_picture_saved_anew_names_the_earlier_one_and_a_page_of_the_same_form_does_not(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alike, "PAIR_S", 60)  # how busy this machine is must not tell
    shelf, desk = Shelf(tmp_path), Desk(store, clinic(), lambda: NOON)
    page, other = (scenes.page(random.Random(seed), 1000, form=3) for seed in (1, 2))
    do(store, cases.insert, a_case())

    def taken(data: bytes, unique: str) -> Stored:
        stored = asyncio.run(take(desk, shelf, "case-1", data, unique, "a.jpg"))
        assert stored is not None
        case = do(store, lambda conn: cases.by_id(conn, "case-1"))
        do(store, cases.save, case, a_case(records=(*case.records, _record(stored)), version=case.version))
        return stored

    first = taken(_saved(page, 90), "one")
    form = taken(_saved(other, 90), "two")
    again = taken(_saved(page.resize((page.width * 3 // 4, page.height * 3 // 4)), 60), "three")
    assert "alike" not in first.facts
    assert "alike" not in form.facts
    assert again.facts["alike"] == first.file
    same = taken(_saved(page, 90), "four")  # the same bytes are told by their hash
    assert same.file == first.file


def test_a_preview_that_is_gone_from_the_shelf_is_no_reason_to_fail(store: Store, tmp_path: Path) -> None:
    shelf, desk = Shelf(tmp_path), Desk(store, clinic(), lambda: NOON)
    page = scenes.page(random.Random(1), 1000)
    do(store, cases.insert, a_case())
    first = asyncio.run(take(desk, shelf, "case-1", _saved(page, 90), "one", "a.jpg"))
    assert first is not None
    case = do(store, lambda conn: cases.by_id(conn, "case-1"))
    do(store, cases.save, case, a_case(records=(_record(first),), version=case.version))
    shelf.drop(first.preview)
    again = asyncio.run(take(desk, shelf, "case-1", _saved(page, 60), "two", "a.jpg"))
    assert again is not None
    assert "alike" not in again.facts
