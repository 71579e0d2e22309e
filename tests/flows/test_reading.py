"""How typed answers are read: tables of what people write and what is kept of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import reading

AGES = [
    ("12", "12 y"), ("12 years", "12 y"), ("about 12", "12 y"), ("8 months", "8 m"), ("8m", "8 m"), ("6 weeks", "6 w"),
    ("1.5 years", "1.5 y"), ("half a year", "6 m"), ("半歲", "6 m"), ("12歲", "12 y"), ("１２歲", "12 y"), ("3個月", "3 m"),
    ("大約 9", "9 y"), ("12 y 3 m", "12 y"), ("38", "38 y"), ("She is 7 years old", "7 y"),
    ("39", None), ("0", None), ("cat of 60 years", None), ("-3", None), ("old", None), ("", None), ("🎂", None), ("61 months", None),
    ("1e9", None), ("99999999999 years", None),
]  # fmt: skip
NAMES = [
    ("Mimi", "Mimi"), ("  Sir   Purr ", "Sir Purr"), ("咪咪", "咪咪"), ("Mi\nmi", "Mi mi"), ("x" * 40, "x" * 40), ("7", "7"),
    ("\u202eimiM", "imiM"), ("<b>Mi</b>", "<b>Mi</b>"), ("{cat}", "{cat}"), ("Mi\x00mi", "Mimi"),
    ("x" * 41, None), ("", None), ("🐱", None), ("...", None), ("\u200b\u200b", None),
]  # fmt: skip
PHONES = [
    ("+886912345678", "+886912345678"), ("0912 345 678", "+886912345678"), ("0912-345-678", "+886912345678"),
    ("+44 (7700) 900123", "+447700900123"), ("00886912345678", "+886912345678"), ("＋886912345678", "+886912345678"),
    ("912345678", None), ("+0912345678", None), ("+1234567", None), ("+1234567890123456", None), ("call me", None), ("", None),
    ("+886912345678; DROP", None),
]  # fmt: skip
ZONES = [
    ("Taipei", "Asia/Taipei"), ("台北", "Asia/Taipei"), ("台北市", "Asia/Taipei"), ("台中", "Asia/Taipei"), ("高雄市", "Asia/Taipei"),
    ("Kaohsiung", "Asia/Taipei"), ("vancouver", "America/Vancouver"), ("Vancouver, Canada", "America/Vancouver"),
    ("Europe/Berlin", "Europe/Berlin"), ("new york", "America/New_York"), ("香港", "Asia/Hong_Kong"), ("UK", "Europe/London"),
    ("Atlantis", None), ("", None), ("../../etc/passwd", None), ("🗺", None),
]  # fmt: skip
TEXTS = [
    ("She drinks", "She drinks"), ("a\u202eb\u2066c", "abc"), ("a\x00\x07b", "ab"), ("a \t  b", "a b"), ("a\n\n\n\nb", "a\n\nb"),
    ("👩\u200d⚕️ said so", "👩\u200d⚕️ said so"), ("貓咪不吃", "貓咪不吃"),
    ("🐱", None), ("…", None), ("   ", None), ("\u202e\u202c", None),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "kept"), AGES)
def test_age(typed: str, kept: str | None) -> None:
    """Years, months or weeks in both languages, up to the oldest cat that ever lived."""
    assert reading.age(typed) == kept


@pytest.mark.parametrize(("typed", "kept"), NAMES)
def test_name(typed: str, kept: str | None) -> None:
    """One line of at most 40 characters with a letter or a digit."""
    assert reading.name(typed) == kept


@pytest.mark.parametrize(("typed", "kept"), PHONES)
def test_phone(typed: str, kept: str | None) -> None:
    """International numbers, and Taiwan's mobiles as they are written at home."""
    assert reading.phone(typed) == kept


@pytest.mark.parametrize(("typed", "kept"), ZONES)
def test_zone(typed: str, kept: str | None) -> None:
    """Cities, countries with one zone, and names of zones."""
    assert reading.zone(typed) == kept


@pytest.mark.parametrize(("typed", "kept"), TEXTS)
def test_free_text(typed: str, kept: str | None) -> None:
    """Anything with a word in it, without characters that hide or turn it."""
    assert reading.free_text(typed) == kept


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=5000))
def test_whatever_is_typed_is_read_without_a_fault(typed: str) -> None:
    """Every reader gives a value or None, and what it gives it would give again."""
    for read in (reading.age, reading.name, reading.phone, reading.zone):
        assert read(typed) is None or isinstance(read(typed), str)
    words = reading.free_text(typed)
    assert words is None or (len(words) <= reading.LONGEST and reading.free_text(words) == words)
