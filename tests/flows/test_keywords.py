"""The words that switch texts off and on, in twenty spellings each, and the digits as telephones write them (promise 12)."""

from collections.abc import Callable

import pytest

from flows.keywords import HELP_WORDS, START_WORDS, STOP_WORDS, digit, keyword

WORDS = {"stop": STOP_WORDS, "start": START_WORDS, "help": HELP_WORDS}
# What the carriers obey by themselves (pitfall 59): we may know more, never less.
CARRIERS = {
    "stop": ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
    "start": ("START", "YES", "UNSTOP"),
    "help": ("HELP", "INFO"),
}


def wide(word: str) -> str:
    """As a Chinese keyboard writes Latin letters."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in word)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "small": str.lower,
    "title": str.title,
    "every other": lambda word: "".join(c.lower() if n % 2 else c for n, c in enumerate(word)),
    "wide": wide,
    "wide and small": lambda word: wide(word.lower()),
    "blank before": lambda word: f" {word}",
    "blanks after": lambda word: f"{word}   ",
    "lines around": lambda word: f"\r\n{word}\n",
    "tabs": lambda word: f"\t{word}\t",
    "wide blank": lambda word: f"\u3000{word}\u3000",
    "hard blank": lambda word: f"\u00a0{word}",
    "full stop": lambda word: f"{word}.",
    "Chinese full stop": lambda word: f"{word}。",
    "shouted": lambda word: f"{word}!!",
    "shouted in Chinese": lambda word: f"{word}！",
    "quoted": lambda word: f"“{word}”",
    "quoted in Chinese": lambda word: f"「{word}」",
    "unseen marks": lambda word: f"\ufeff{word}\u200b\u200e",
    "with a picture": lambda word: f"{word} 🙏",
}


def test_there_are_twenty_spellings() -> None:
    assert len(SPELLINGS) == 20


@pytest.mark.parametrize("meaning", WORDS)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_word_of_the_table_in_every_spelling(meaning: str, spelling: str) -> None:
    for word in WORDS[meaning].union(CARRIERS[meaning]):
        assert keyword(SPELLINGS[spelling](word)) == meaning, word


@pytest.mark.parametrize("meaning", WORDS)
def test_a_word_among_others_is_for_people(meaning: str) -> None:
    for word in WORDS[meaning]:
        for said in (
            f"please {word}",
            f"{word} it",
            f"{word}?",
            f"{word}\0",
            f"不要{word}",
            f"{word}s",
            f"{word}1",
            f"1 {word}",
        ):
            assert keyword(said) == "", said


@pytest.mark.parametrize("number", ["1", "2", "3"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_digit_in_every_spelling(number: str, spelling: str) -> None:
    assert digit(SPELLINGS[spelling](number)) == (number, "")


@pytest.mark.parametrize("body", ["1️⃣", "①", "(1)", "1)", "１．"])
def test_a_digit_as_telephones_draw_it(body: str) -> None:
    assert digit(body) == ("1", "")


@pytest.mark.parametrize("body", ["1?", "1？", "12", "1" + " " * 64, "1/2", "1 or 2", "1\0", "0", "4", "一"])
def test_what_may_mean_something_else_is_no_digit(body: str) -> None:
    assert digit(body) == ("", "")
