"""The words that switch text messages off and on or ask for help, and the digits. They are obeyed by number, whether or not a case is known for it (pitfall 59)."""

import unicodedata

STOP_WORDS = frozenset(
    ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "停止", "取消訂閱")
)
START_WORDS = frozenset(("START", "YES", "UNSTOP", "開始", "恢復"))
HELP_WORDS = frozenset(("HELP", "INFO", "說明", "幫助"))


def bare(body: str) -> str:
    """A text's one word as it is compared: any width and case, without blanks and full stops around it."""
    return unicodedata.normalize("NFKC", body).strip().strip(".!。").upper()


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
