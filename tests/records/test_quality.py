"""Whether good photos pass and bad ones are named, on pictures that no threshold was chosen with."""

from collections import Counter
from io import BytesIO

import pytest
from PIL import Image

from records.preview import open_record
from records.quality import Measures, flaws_of
from tests.records import scenes
from tests.records.hostile import saved
from tests.records.photo_set import CASES, TESTED_WITH, TUNED_WITH, facts_of, photo

FINE = Measures(light=230, steep=1.0, glare=0, cut=0, dark=0.1, bright=0.8, colour=0.05)


def test_ninety_five_of_a_hundred_photos_are_judged_rightly() -> None:
    assert TESTED_WITH != TUNED_WITH
    wrong: Counter[str] = Counter()
    films, count = 0, 72
    for number in range(count):
        one = photo(TESTED_WITH, number)
        facts = facts_of(one)
        if facts["flaws"] != one.flaws:
            wrong[f"{one.subject} {one.case}: {facts['flaws']}"] += 1
        films += one.subject == "screen" or bool(facts.get("film")) == (one.subject == "film")
    assert sum(wrong.values()) <= 0.05 * count, wrong
    assert films >= 0.95 * count


def test_the_set_has_every_case_and_repeats_itself() -> None:
    assert [photo(1, number).case for number in range(6)] == list(CASES)
    assert photo(1, 3) == photo(1, 3)
    assert photo(1, 3).data != photo(2, 3).data


@pytest.mark.parametrize(
    ("changed", "flaws"),
    [
        ({}, []),
        ({"light": 60.0, "steep": 0.1}, ["dark"]),
        ({"light": 120.0}, []),
        ({"steep": 0.5, "cut": 30}, ["blurred"]),
        ({"steep": None}, []),
        ({"glare": 0.05, "cut": 9}, ["glare", "cut"]),
        ({"cut": 9, "bright": 0.2}, []),
        ({"steep": 0.7, "dark": 0.6, "bright": 0.2, "colour": 0.0}, []),
    ],
)
def test_words_follow_from_numbers(changed: dict[str, float], flaws: list[str]) -> None:
    values = {name: getattr(FINE, name) for name in FINE.__slots__}
    assert flaws_of(Measures(**{**values, **changed})) == flaws


def test_the_child_tells_flaws_and_films() -> None:
    import random

    film = scenes.radiograph(random.Random(4), 900)
    assert open_record(saved(film, "JPEG"), "a").facts["film"] is True
    assert open_record(saved(film, "JPEG"), "a").facts["flaws"] == []
    blurred = photo(TUNED_WITH, 1)
    assert open_record(blurred.data, "a").facts["flaws"] == ["blurred"]


@pytest.mark.parametrize("shade", ["black", "white", "grey"])
def test_an_empty_picture_is_judged_without_an_error(shade: str) -> None:
    assert open_record(saved(Image.new("RGB", (900, 700), shade), "PNG"), "a").facts["flaws"] == (
        ["dark"] if shade == "black" else []
    )


def test_a_stamp_is_not_judged() -> None:
    assert "flaws" not in open_record(saved(Image.new("RGB", (200, 100)), "PNG"), "a").facts


def test_a_preview_of_a_photo_shows_it() -> None:
    one = photo(TUNED_WITH, 0)
    found = open_record(one.data, "a")
    assert found.preview is not None
    assert max(Image.open(BytesIO(found.preview)).size) <= 1280
