"""A case with everything a doctor can be sent, on a real shelf: hundreds of pictures, pages of PDF, a CT of as many slices as wanted."""

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image, ImageEnhance

from flows.case import Case, Record, Status
from flows.worth import with_day
from records.preview import open_record
from storage.shelf import Shelf
from tests.builders import NOON, a_case
from tests.records.hostile import photo, saved
from tests.records.papers import paper, voice
from tests.records.scanner import cd, zipped

ANSWERS = {
    "cat_name": "Miso", "cat_age": "11 years", "cat_sex": "female_neutered", "problem": "kidney", "since": "weeks", "due": "week", "reason": "treatment_doubt",
    "question": "Is dialysis worth trying, or are we only prolonging her suffering? What would you do if she were yours?",
    "story": "Three weeks ago she began to drink more than usual. She lost weight, then she stopped eating her dry food. " * 6,
    "findings": "Creatinine 420, SDMA 31, kidneys small in the ultrasound.", "advised": "Infusions twice a week.", "quality": "bad_days",
}  # fmt: skip
REPORT = "Cat Hospital\nLaboratory\nDate 2026-01-14\nCREA 420 umol/l\nUREA 31 mmol/l\nSDMA 31 ug/dl\nPHOS 2.4 mmol/l"


def taken_in(shelf: Shelf, data: bytes, unique: str, kind: str = "document", **more: Any) -> Record:
    """A record as the desk would have made it of these bytes."""
    seen = open_record(data, "")
    pictures = {
        name: shelf.put(made) if made else "" for name, made in (("preview", seen.preview), ("thumb", seen.thumb))
    }
    facts = {"is": seen.kind, **seen.facts}
    record = Record(
        unique,
        kind,
        "Mei Lin.jpg",
        len(data),
        "stored",
        file=shelf.put(data),
        problem=seen.problem,
        facts=facts,
        **pictures,
    )
    return replace(with_day(record, NOON.date()), **more)


def a_ct(slices: int, side: int = 512, **tags: Any) -> bytes:
    """A folder of slices as the upload page packs it."""
    return zipped(cd(range(1, slices + 1), side=side, **tags), zipfile.ZIP_STORED)


def a_case_with(records: Sequence[Record], **changes: Any) -> Case:
    """Sent to the doctors."""
    plain: dict[str, Any] = {
        "status": Status.REVIEW, "submitted_at": NOON, "zone": "Asia/Taipei", "answers": ANSWERS, "records": tuple(records),
        "notes": ("She ate a little this morning.",),
    }  # fmt: skip
    return a_case(**(plain | changes))


def a_few(shelf: Shelf, slices: int = 12, side: int = 64) -> list[Record]:
    """One of each sort."""
    return [
        taken_in(shelf, saved(photo(1600, 1200), "JPEG"), "p1", "photo"),
        taken_in(shelf, paper([REPORT, "page two", "page three"]), "d1"),
        taken_in(shelf, a_ct(slices, side), "c1"),
        taken_in(shelf, voice(14), "v1", "voice"),
    ]


def many(shelf: Shelf, count: int, draw: Callable[[int], Image.Image]) -> list[Record]:
    """So many photographs over two years, each with pictures of its own; no child is needed, because they are ours."""
    chance, found = Random(7), list[Record]()
    for number in range(count):
        image = ImageEnhance.Brightness(draw(number)).enhance(0.7 + chance.random() * 0.6)
        preview, small = image.copy(), image.copy()
        preview.thumbnail((1280, 1280))
        small.thumbnail((320, 320))
        data = saved(image, "JPEG", quality=85)
        day = (date(2026, 2, 20) - timedelta(days=chance.randrange(40) * 17)).isoformat()
        facts = {"is": "jpeg", "width": image.width, "height": image.height}
        shows = (chance.choice(("cbc", "xray:chest", "urine", "ultrasound:abdomen", "biochemistry")),)
        found.append(
            Record(
                f"m{number}",
                "photo",
                "Mei Lin.jpg",
                len(data),
                "stored",
                file=shelf.put(data),
                preview=shelf.put(saved(preview, "JPEG")),
                thumb=shelf.put(saved(small, "JPEG")),
                facts=facts,
                day=day,
                dated=True,
                shows=shows,
            )
        )
    return found


def shelf_in(folder: Path) -> Shelf:
    """An empty one."""
    (folder / "files").mkdir(parents=True, exist_ok=True)
    return Shelf(folder / "files")
