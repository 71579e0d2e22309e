"""Channels to people: they translate what comes in and what goes out, and hold no rules of the clinic.

Here stand only the two rules about text that every channel to Telegram shares; no library is imported, so this costs nothing.
"""

import re
import unicodedata

TEXT_UNITS = 4096  # Telegram counts UTF-16 units after entities were taken out; plain text has none (pitfall 12)

# Everything below space but tab and newline, DEL and C1, and the marks that turn the reading direction of what follows (pitfall 14).
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_JOINS_BACK = frozenset("\u200d\ufe0e\ufe0f\u20e3")
_BREAKS = (re.compile(r"\n\n+"), re.compile(r"\n"), re.compile(r"[.!?…]\s|[。！？]"), re.compile(r"\s|[，；、]"))


def visible(text: str) -> str:
    """The text without control characters, lone surrogates and direction overrides; tabs and newlines stay."""
    return _UNSEEN.sub("", text)


def pieces(text: str, limit: int = TEXT_UNITS) -> list[str]:
    """Cuts a text into messages of at most ``limit`` UTF-16 units, at a paragraph, else a line, a sentence, a word.

    Nothing is added; white space at a cut goes away, for Telegram trims it anyway. A grapheme (flag, family, letter with its marks)
    is cut only when it alone is longer than the limit.
    """
    found = []
    while _units(text) > limit:
        cut = _cut(text, _reach(text, limit))
        found.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [piece for piece in (*found, text) if piece]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _reach(text: str, limit: int) -> int:
    """How many characters from the start fit into the limit."""
    units = 0
    for at, char in enumerate(text):
        units += 2 if char > "\uffff" else 1
        if units > limit:
            return at
    return len(text)


def _cut(text: str, reach: int) -> int:
    """The last good place within reach; a break in the first half would make a needlessly short message, so the next sort is tried."""
    for sort in _BREAKS:
        ends = [at for match in sort.finditer(text, 0, reach) if (at := match.end()) > reach // 2 and _parts(text, at)]
        if ends:
            return ends[-1]
    return next((at for at in range(reach, 0, -1) if _parts(text, at)), reach)


def _parts(text: str, at: int) -> bool:
    """Whether a grapheme ends before ``at``. Stricter than Unicode's rule where that is simpler: it never allows more cuts."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if after in _JOINS_BACK or before == "\u200d" or unicodedata.category(after).startswith("M"):
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f" or before + after == "\r\n":
        return False
    if "\u1160" <= after <= "\u11ff":  # the later parts of a Korean syllable
        return False
    return not (_is_flag_half(after) and _flag_run(text, at) % 2)


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flag_run(text: str, at: int) -> int:
    start = at
    while start and _is_flag_half(text[start - 1]):
        start -= 1
    return at - start
