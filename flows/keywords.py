"""The words that switch text messages off and on. They are obeyed by number, whether or not a case is known for it (pitfall 59)."""

import unicodedata

STOP_WORDS = frozenset(
    ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "停止", "取消訂閱")
)
START_WORDS = frozenset(("START", "YES", "UNSTOP"))


def bare(body: str) -> str:
    """A text's one word as it is compared: any width and case, without blanks and full stops around it."""
    return unicodedata.normalize("NFKC", body).strip().strip(".!。").upper()


def keyword(body: str) -> str:
    """ "stop", "start" or "": only the bare word counts."""
    word = bare(body)
    if word in STOP_WORDS:
        return "stop"
    return "start" if word in START_WORDS else ""
