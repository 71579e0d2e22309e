"""Copies are found, pages of one form are kept apart."""

import random

import pytest
from PIL import Image

from records.alike import MOST_PAIRS, nearest, repeated
from records.likeness import look_of, same_picture
from records.preview import open_record
from tests.records import scenes
from tests.records.hostile import saved


def shown(image: Image.Image, quality: int = 90) -> tuple[str, bytes]:
    """The look and the preview that the product makes of it."""
    found = open_record(saved(image, "JPEG", quality=quality), "a")
    assert found.preview is not None
    return str(found.facts["look"]), found.preview


def copy(image: Image.Image, chance: random.Random, cut: float = 0.03) -> Image.Image:
    """Made smaller, with up to three hundredths of each border cut off."""
    left, top, right, bottom = (chance.uniform(0, cut) for _ in range(4))
    width, height = image.size
    inner = image.crop(
        (round(width * left), round(height * top), round(width * (1 - right)), round(height * (1 - bottom)))
    )
    share = chance.uniform(0.5, 1)
    return inner.resize((round(inner.width * share), round(inner.height * share)), Image.Resampling.BICUBIC)


def sights(chance: random.Random) -> list[Image.Image]:
    return [
        scenes.page(chance, 1000),
        scenes.page(chance, 1000, form=chance.randrange(99)),
        scenes.radiograph(chance, 1000),
        scenes.cat(chance, 900),
    ]


def test_copies_made_smaller_saved_anew_and_cut_are_the_same_picture() -> None:
    chance = random.Random(31)
    right = 0
    for image in [*sights(chance), *sights(chance)]:
        look, preview = shown(image)
        other, copied = shown(copy(image, chance), chance.randrange(40, 90))
        right += nearest(look, [other]) == [0] and repeated(preview, [copied]) == 0
    assert right >= 7


@pytest.mark.parametrize("form", range(6))
def test_two_pages_of_one_form_are_not_the_same_picture(form: int) -> None:
    pages = [shown(scenes.page(random.Random(seed), 1000, form=form))[1] for seed in (1, 2)]
    assert not same_picture(*pages)


def test_two_radiographs_are_not_the_same_picture() -> None:
    previews = [shown(scenes.radiograph(random.Random(seed), 1000))[1] for seed in range(4)]
    assert not any(same_picture(previews[0], other) for other in previews[1:])


def test_a_picture_is_the_same_as_itself_and_of_any_size() -> None:
    for size in ((900, 30), (30, 900), (300, 300)):
        preview = shown(Image.effect_noise(size, 60).convert("RGB"))[1]
        assert same_picture(preview, preview)
    blank = shown(Image.new("RGB", (500, 400), "white"))[1]
    assert same_picture(blank, blank)


def test_a_look_is_sixteen_digits_and_counts_bits() -> None:
    look = look_of(Image.linear_gradient("L").convert("RGB").rotate(90))
    assert len(look) == 16
    assert nearest("0" * 16, ["0" * 14 + "ff"]) == [0]
    assert nearest("0" * 16, ["0" * 13 + "fff"]) == []


def test_the_nearest_looks_are_compared_first_and_never_more_than_a_few() -> None:
    looks = ["0" * 14 + digits for digits in ("0f", "00", "ff", "03")]
    assert nearest("0" * 16, looks) == [1, 3, 0, 2]
    assert len(nearest("0" * 16, looks * 9)) == MOST_PAIRS


def test_what_is_repeated_is_found_among_others_by_a_child_that_no_picture_can_harm() -> None:
    chance = random.Random(5)
    page, other, film = (shown(image)[1] for image in (*sights(chance)[:2], sights(chance)[2]))
    assert repeated(page, [film, other, page]) == 2
    assert repeated(page, [film, other]) is None
    assert repeated(page, [b"no JPEG", page]) is None


def test_what_is_no_preview_of_ours_is_an_error() -> None:
    with pytest.raises(OSError):
        same_picture(b"no JPEG", saved(Image.new("RGB", (9, 9)), "JPEG"))
