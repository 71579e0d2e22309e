"""Cutting long texts and taking out what nobody can see."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot import pieces, visible

CLUSTERS = ("👨‍👩‍👧‍👦", "🇹🇼", "e\u0301", "👍🏽", "貓", "a", "한", "각", "❤️", "1️⃣", " ", "\n\n", "。", ". ")
TEXTS = st.lists(st.sampled_from(CLUSTERS), max_size=60)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(TEXTS, st.integers(24, 60))
def test_every_piece_fits_and_nothing_but_white_space_is_lost(clusters: list[str], limit: int) -> None:
    text = "".join(clusters)
    cut = pieces(text, limit)
    assert all(0 < units(piece) <= limit for piece in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())


@given(TEXTS, st.integers(24, 60))
def test_no_cluster_is_cut(clusters: list[str], limit: int) -> None:
    left = [cluster for cluster in clusters if cluster.strip()]
    for piece in pieces("".join(clusters), limit):
        rest = "".join(piece.split())
        while rest:
            cluster = left.pop(0).strip()
            assert rest.startswith(cluster)
            rest = rest[len(cluster) :]


@given(st.text(max_size=300), st.integers(20, 80))
def test_any_text_is_cut_into_pieces_that_fit(text: str, limit: int) -> None:
    assert all(units(piece) <= limit for piece in pieces(visible(text), limit))


def test_a_text_is_cut_at_a_paragraph_then_at_a_sentence() -> None:
    assert pieces("Dr. Lin read it all.\n\nShe has one question.", 30) == [
        "Dr. Lin read it all.",
        "She has one question.",
    ]
    assert pieces("She has read it. She wonders why.", 22) == ["She has read it.", "She wonders why."]
    assert pieces("牠今天吃了一點。昨天完全沒吃東西。", 12) == ["牠今天吃了一點。", "昨天完全沒吃東西。"]


def test_a_short_text_stays_whole_and_an_empty_one_gives_nothing() -> None:
    assert pieces("hello") == ["hello"]
    assert pieces("") == []


@given(st.text(alphabet=st.characters()))
def test_visible_text_can_be_sent_and_keeps_everything_that_is_seen(text: str) -> None:
    seen = visible(text)
    seen.encode()
    assert visible(seen) == seen
    assert all(char in "\t\n" or unicodedata.category(char) != "Cc" for char in seen)
    assert [c for c in text if unicodedata.category(c)[0] in "LNPS"] == [
        c for c in seen if unicodedata.category(c)[0] in "LNPS"
    ]


def test_direction_overrides_go_and_right_to_left_words_stay() -> None:
    assert visible("a\u202egpj\u2066 שלום\u200f") == "agpj שלום\u200f"
