"""The words that switch text messages off and on or ask for help, and the digits. They are obeyed by number, whether or not a case is known for it (pitfall 59)."""

import re
import unicodedata

STOP_WORDS = frozenset(
    ("STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "OPT OUT", "OPT-OUT",
     "停止", "取消訂閱", "取消订阅", "退訂", "退订")
)  # fmt: skip
START_WORDS = frozenset(("START", "YES", "UNSTOP", "開始", "恢復"))
HELP_WORDS = frozenset(("HELP", "INFO", "說明", "幫助"))
LONGEST = 64  # with all that stands around it
# Blanks, full stops, quotes, hearts and marks that cannot be seen. Not a question mark, which asks, nor what no keyboard types.
_AROUND = re.compile(r"^[^\w?\x00-\x08\x0e-\x1f]+|[^\w?\x00-\x08\x0e-\x1f]+$")


def bare(body: str) -> str:
    """A text's one word as it is compared: any width and case, without what stands around it. "" for what is too long to be one."""
    if len(body) > LONGEST:
        return ""
    return _AROUND.sub("", unicodedata.normalize("NFKC", body)).upper()


def keyword(body: str) -> str:
    """ "stop", "start", "help" or "": only the bare word counts."""
    word = bare(body)
    lists = (("stop", STOP_WORDS), ("start", START_WORDS), ("help", HELP_WORDS))
    return next((said for said, words in lists if word in words), "")


def digit(body: str) -> tuple[str, str]:
    """A digit that our texts offer, alone or with a case's code behind it ("1 K7M2QX"); two empty words for anything else."""
    first, _, code = bare(body).partition(" ")
    code = code.strip()
    fits = first in ("1", "2", "3") and (not code or (len(code) == 6 and code.isalnum()))
    return (first, code) if fits else ("", "")
