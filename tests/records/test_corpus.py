"""Two thousand hostile, broken and talkative files, each in a child of its own."""

import pytest

from records import preview
from records.confinement import MEMORY_BYTES
from tests.records import papers
from tests.records.bombs import forms, packed
from tests.records.corpus import MAKERS, SEED, opened_all, sample, wrong
from tests.records.hostile import CANARY
from tests.records.peak import peak_of
from tests.records.samples import honest


def test_two_thousand_files_end_as_they_must_and_no_canary_comes_out() -> None:
    faults = [f"{name}: {fault}" for name, made, found, _ in opened_all(SEED, 2_000) if (fault := wrong(made, found))]
    assert faults == []


def test_the_corpus_uses_every_maker_and_repeats_itself() -> None:
    assert {sample(SEED, number)[0] for number in range(2_000)} == set(MAKERS)
    assert all(sample(SEED, number) == sample(SEED, number) for number in range(40))


def test_every_whole_file_carries_the_canary() -> None:
    assert all(CANARY.encode() in data for data in honest().values())


def test_the_largest_photo_and_the_worst_bombs_stay_within_their_memory() -> None:
    peaks = [
        peak_of(made.data) for name, made in (sample(SEED, number) for number in range(400)) if name.endswith("bomb")
    ]
    assert max(peaks) <= MEMORY_BYTES
    assert sum(peak > 0 for peak in peaks) >= 10


@pytest.mark.parametrize("data", [forms(9), packed(b"0 0 m 500 800 l S " * 3_000_000)])
def test_a_drawing_without_end_is_ended(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "WALL_S", 3)
    assert preview.open_record(data, "a").problem in ("took_too_long", "crashed")


def test_a_file_that_is_fine_opens_after_all_that() -> None:
    assert preview.open_record(papers.paper(["whole"]), "a").problem == ""
