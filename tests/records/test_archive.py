"""An archive in the child: what is in it, what is missing, what is refused by name, and one picture of all of it."""

import json
import os
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from PIL import Image

from records import archive, attempts, preview
from records.archive_sheet import SIDE, composed, spread
from records.findings import Opened
from records.limits import MOST_SHOWN_REFUSALS, Refused
from records.preview import open_record
from tests.records.corpus_dicom import CORPUS, Expected, names
from tests.records.hostile import CANARY, photo, saved
from tests.records.scanner import cd, ct, header, zipped

pytestmark = pytest.mark.filterwarnings("ignore")

JPEG = saved(photo(), "JPEG")


def looked(files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Opened:
    return archive.look(BytesIO(zipped(files, how)), "zip")


def sheet(found: Opened) -> Image.Image:
    assert found.preview is not None
    return Image.open(BytesIO(found.preview), formats=["JPEG"])


def series_of(found: Opened) -> list[dict[str, Any]]:
    return [series for study in found.facts["studies"] for series in study["series"]]


def test_a_cd_is_its_images_and_its_viewer_is_left_out_without_a_word() -> None:
    found = looked(cd(range(1, 21)))
    assert found.problem == ""
    assert found.facts["inside"] == {"dicom": 20}
    assert "refused" not in found.facts
    assert (found.facts["files"], found.facts["images"]) == (26, 20)
    assert series_of(found) == [{"modality": "CT", "description": "axial 1", "images": 20, "missing": 0}]


def test_missing_slices_are_counted_by_their_numbers_and_by_their_places() -> None:
    kept = [n for n in range(1, 41) if n not in (7, 20, 21)]
    assert series_of(looked(cd(kept)))[0]["missing"] == 3
    numbered_anew = {f"{at}": ct(n, InstanceNumber=at) for at, n in enumerate(kept, 1)}
    assert series_of(looked(numbered_anew))[0]["missing"] == 3
    without_places = {str(n): ct(n, ImagePositionPatient=None) for n in kept}
    assert series_of(looked(without_places))[0]["missing"] == 3


def test_what_is_regular_in_its_own_way_misses_nothing() -> None:
    odd = {str(n): ct(n, ImagePositionPatient=None) for n in range(1, 40, 2)}
    assert series_of(looked(odd))[0]["missing"] == 0
    two_ranges = {str(n): ct(n, ImagePositionPatient=[0, 0, n * 2.0 + (97.3 if n > 10 else 0)]) for n in range(1, 21)}
    assert series_of(looked(two_ranges))[0]["missing"] == 0
    by_chance = {str(n): ct(n, InstanceNumber=n * n, ImagePositionPatient=None) for n in range(1, 12)}
    assert series_of(looked(by_chance))[0].get("missing") in (None, 0)
    assert "missing" not in series_of(looked({"a": ct(1), "b": ct(2)}))[0]


def test_a_scout_across_the_stack_does_not_make_its_places_uneven() -> None:
    scout = ct(99, ImageOrientationPatient=[1, 0, 0, 0, 0, -1], ImagePositionPatient=[0, 500, 0], InstanceNumber=31)
    files = {str(n): ct(n) for n in range(1, 31)} | {"scout": scout}
    assert series_of(looked(files))[0]["missing"] == 0


def test_series_and_studies_are_kept_apart_and_the_newest_study_is_first() -> None:
    files = cd(range(1, 9), series=1) | cd(range(1, 5), series=2)
    files |= {
        "old": ct(1, 3, StudyInstanceUID="1.2.3", StudyDate="20240101", Modality="US", StudyDescription="US heart")
    }
    found = looked(files)
    studies = found.facts["studies"]
    assert [(s["date"], s["modality"], s["description"]) for s in studies] == [
        ("2026-05-03", "CT", "CT abdomen"),
        ("2024-01-01", "US", "US heart"),
    ]
    assert [series["images"] for series in studies[0]["series"]] == [8, 4]


def test_the_same_slice_twice_is_one_slice() -> None:
    assert looked({"a/1": ct(1), "b/1": ct(1), "2": ct(2)}).facts["images"] == 2


def test_pages_and_photographs_are_shown_beside_slices_and_buttons_are_not() -> None:
    found = looked({**cd(range(1, 10)), "blood.jpg": JPEG, "shots/button.png": saved(photo(40, 20), "PNG")})
    assert found.facts["inside"] == {"dicom": 9, "jpeg": 1}
    assert sheet(found).size[0] == SIDE


def test_one_record_alone_is_shown_as_large_as_it_would_be_by_itself() -> None:
    assert sheet(looked({"a.jpg": saved(photo(1000, 800), "JPEG")})).size == (1000, 800)
    assert sheet(looked({"a": ct(side=512)})).size == (512, 512)


def test_strangers_are_refused_by_name_and_stop_nobody() -> None:
    found = looked(
        {"報告.docx": b"\xd0\xcf\x11\xe0 word", "x.csv": b"a,b", "a.jpg": JPEG, "cut.jpg": JPEG[:99], "null.jpg": b""}
    )
    assert found.facts["inside"] == {"jpeg": 1}
    assert found.facts["refused"] == [
        {"name": "報告.docx", "problem": "unknown_kind"},
        {"name": "x.csv", "problem": "unknown_kind"},
        {"name": "cut.jpg", "problem": found.facts["refused"][2]["problem"]},
        {"name": "null.jpg", "problem": "empty"},
    ]
    assert found.facts["refused"][2]["problem"] in ("unreadable", "cut_short")
    assert found.problem == ""


def test_many_refusals_are_counted() -> None:
    found = looked({f"{n}.csv": b"a,b" for n in range(40)} | {"a.jpg": JPEG})
    assert (len(found.facts["refused"]), found.facts["refused_more"]) == (MOST_SHOWN_REFUSALS, 28)


def test_what_systems_add_by_themselves_is_not_spoken_of() -> None:
    found = looked(
        {"__MACOSX/._a.jpg": b"\0\5\x16\7", ".DS_Store": b"\0\0\0\1Bud1", "Thumbs.db": b"\xd0\xcf", "a.jpg": JPEG}
    )
    assert "refused" not in found.facts


def test_names_written_by_windows_in_taiwan_are_read() -> None:
    raw = bytearray(zipped({"AAAA.csv": b"a,b", "a.jpg": JPEG}))
    for _ in range(2):
        at = raw.index(b"AAAA.csv")
        raw[at : at + 4] = "血檢".encode("cp950")
    found = archive.look(BytesIO(bytes(raw)), "zip")
    assert found.facts["refused"] == [{"name": "血檢.csv", "problem": "unknown_kind"}]


def test_names_are_words_without_folders_and_without_what_does_not_show() -> None:
    found = looked(
        {"../../etc/\u202ecvs.x": b"a,b", "C:\\a\\b.csv": b"a,b", "/" + "y" * 300 + ".csv": b"a,b", "a.jpg": JPEG}
    )
    told = [one["name"] for one in found.facts["refused"]]
    assert told == ["cvs.x", "b.csv", "y" * 60]


def test_no_file_is_written_whatever_the_names_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    data, _ = names(Random(1))
    assert archive.look(BytesIO(data), "zip").facts["inside"] == {"dicom": 9}
    assert list(tmp_path.rglob("*")) == [tmp_path / "a", inside]


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_in_an_archive_is_opened_and_one_in_that_is_refused(how: int) -> None:
    inner = zipped({**cd(range(1, 6)), "deep.zip": zipped({"a.jpg": JPEG})})
    found = looked({"ct.zip": inner, "a.jpg": JPEG}, how)
    assert found.facts["inside"] == {"dicom": 5, "zip": 1, "jpeg": 1}
    assert found.facts["refused"] == [{"name": "deep.zip", "problem": "too_deep"}]


def test_a_locked_entry_is_named_and_the_others_are_opened() -> None:
    data = bytearray(zipped({"a.jpg": JPEG, "b.jpg": JPEG}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    found = archive.look(BytesIO(bytes(data)), "zip")
    assert (found.problem, found.facts["inside"]) == ("", {"jpeg": 1})
    assert found.facts["refused"] == [{"name": "a.jpg", "problem": "locked"}]


def test_a_damaged_slice_is_named_and_missing_in_its_series() -> None:
    files = {f"IM{n}": ct(n, side=64) for n in range(1, 12)}
    data = bytearray(zipped(files, zipfile.ZIP_STORED))
    data[data.index(files["IM5"]) + len(files["IM5"]) - 3000] ^= 0xFF
    found = archive.look(BytesIO(bytes(data)), "zip")
    assert found.facts["refused"] == [{"name": "IM5", "problem": "unreadable"}]
    assert series_of(found)[0] | {"images": 10, "missing": 1} == series_of(found)[0]


def test_a_slice_without_its_end_is_named() -> None:
    found = looked({"IM1": ct(1, side=64)[:-500], "IM2": ct(2)})
    assert found.facts["refused"] == [{"name": "IM1", "problem": "cut_short"}]


def test_nothing_of_the_owner_leaves_the_archive() -> None:
    make = CORPUS["dicom, talkative"]
    found = open_record(zipped({f"{CANARY}/1": make(Random(1))[0], "2": ct(2)}), CANARY)
    assert found.preview is not None
    assert found.thumb is not None
    assert CANARY not in json.dumps(dict(found.facts))
    assert CANARY.encode() not in found.preview + found.thumb


def test_facts_of_hundreds_of_series_stay_small() -> None:
    words = "腹部電腦斷層掃描" * 8
    files = {f"{s}": ct(1, s, StudyInstanceUID=f"1.2.{s % 14}", SeriesDescription=words) for s in range(1, 300)}
    found = open_record(zipped(files), "a.zip")
    assert found.problem == ""
    assert len(json.dumps(dict(found.facts))) < 15_000
    assert found.facts["images"] == 299
    assert len(found.facts["studies"]) == 12


def test_when_time_is_up_what_was_found_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive.Clock, "over", lambda clock, budget: budget <= archive.SCAN_S)
    found = looked(cd(range(1, 9)))
    assert found.problem == "took_too_long"
    monkeypatch.setattr(archive.Clock, "over", lambda clock, budget: budget < archive.SCAN_S)
    found = looked(cd(range(1, 9)))
    assert (found.problem, found.facts["images"]) == ("", 8)


def _dies_at_the_fifth(theirs: Connection, kind: str, path: str) -> None:
    """A child whose decoder kills it at one slice, as broken bytes may."""
    from records import archive_pictures

    whole = archive_pictures.picture

    def picture(file: Any, found: Any) -> Image.Image:
        if found.raw(0x00200013) == b"5":
            os._exit(139)
        return whole(file, found)

    archive_pictures.picture = picture
    preview_work(theirs, kind, path)


def _dies_always(theirs: Connection, kind: str, path: str) -> None:
    from records import archive_pictures

    archive_pictures.picture = lambda file, found: os._exit(139)  # type: ignore[assignment,return-value]
    preview_work(theirs, kind, path)


preview_work = preview.work


def test_a_slice_that_kills_the_child_costs_one_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "work", _dies_at_the_fifth)
    found = open_record(zipped({f"IM{n}": ct(n) for n in range(1, 8)}), "a.zip")
    assert (found.problem, found.facts["images"]) == ("", 7)
    assert found.facts["refused"] == [{"name": "IM5", "problem": "crashed"}]
    assert found.preview is not None


def test_where_every_slice_kills_its_child_the_facts_remain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "work", _dies_always)
    found = open_record(zipped({f"IM{n}": ct(n) for n in range(1, 8)}), "a.zip")
    assert (found.facts["images"], found.preview) == (7, None)


def test_a_part_that_ended_a_child_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "_left_out", frozenset({3}))
    with pytest.raises(Refused, match="crashed"), attempts.attempt(3):
        pass
    with attempts.attempt(4):
        pass


def test_an_archive_on_the_disk_is_read_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "ct.zip"
    file.write_bytes(zipped(cd(range(1, 13))))
    assert open_record(file, "ct.zip").facts["images"] == 12


def test_three_hundred_slices_are_shown_by_nine_of_them(tmp_path: Path) -> None:
    file = tmp_path / "ct.zip"
    slices = {f"IM{n:04}": ct(n, side=512) for n in range(1, 301) if n != 150}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name, data in slices.items():
            packed.writestr(name, data)
    found = open_record(file, "ct.zip")
    assert (found.problem, found.facts["images"], series_of(found)[0]["missing"]) == ("", 299, 1)
    assert sheet(found).size == (1280, 1278)


def colour(shade: int, size: tuple[int, int] = (64, 64)) -> Callable[[], Image.Image]:
    return partial(Image.new, "L", size, shade)


@pytest.mark.parametrize(
    ("lengths", "size"),
    [
        ([300], (1280, 1280)),
        ([300, 300], (1280, 1280)),
        ([300, 40, 40], (1280, 957)),
        ([300] * 5, (1280, 1280)),
        ([300] * 12, (1280, 1280)),
        ([300] * 24, (1280, 851)),
        ([1] * 4, (1280, 1280)),
        ([1] * 5, (1280, 851)),
        ([2], (1280, 422)),
    ],
)
def test_the_sheet_is_no_longer_than_it_is_wide(lengths: Sequence[int], size: tuple[int, int]) -> None:
    made = composed([[colour(200)] * length for length in lengths])
    assert made is not None
    assert made.width == size[0]
    assert abs(made.height - size[1]) < 12


def test_slices_are_spread_over_the_whole_stack() -> None:
    assert spread(300, 5) == [30, 90, 150, 210, 270]
    assert spread(3, 9) == [0, 1, 2]
    assert spread(1, 5) == [0]


def test_each_series_begins_a_line_and_keeps_its_shape() -> None:
    made = composed([[colour(200, (64, 32))] * 9, [colour(90)] * 9, [colour(255)] * 9, [lambda: None]])
    assert made is not None
    seen = np.asarray(made.convert("L"))
    cell = (SIDE - 18) // 4
    assert [int(seen[row * (cell + 6) + cell // 2, 40]) for row in range(3)] == [200, 90, 255]
    assert seen[4, 40] < 40  # a wide picture leaves its cell empty above and below


def test_nothing_to_show_is_no_sheet() -> None:
    assert composed([[lambda: None]]) is None
    assert looked({"sr": _report()}).preview is None


def _report() -> bytes:
    from tests.records.scanner import written

    return written(header(SOPClassUID="1.2.840.10008.5.1.4.1.1.88.11", Modality="SR", Rows=None, Columns=None))


ZIPS = {name: make for name, make in CORPUS.items() if name.startswith("zip")}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", sorted(ZIPS))
def test_whatever_comes_ends_as_expected(name: str, seed: int) -> None:
    make: Callable[[Random], tuple[bytes, Expected]] = ZIPS[name]
    data, expected = make(Random(seed))
    found = open_record(data, name)
    assert found.kind == expected.kind
    assert found.problem in expected.problems
    assert expected.preview in (None, found.preview is not None)
    assert len(json.dumps(dict(found.facts))) < 16_000
