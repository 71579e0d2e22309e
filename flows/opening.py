"""A new case: its id, its code, its first language."""

from datetime import datetime

from flows.case import Case

# Without 0/O, 1/I/L, 2/Z, 5/S, 8/B: the code is read over the telephone.
LETTERS = "ACDEFGHJKMNPQRTUVWXY34679"


def open_case(chat: int, now: datetime, chance: str, *, language: str = "", hint: str = "") -> Case:
    """``chance`` is a fresh random hexadecimal word of at least 24 digits; id and code are made of it.

    ``language`` is kept from an earlier case; ``hint`` is the language of the owner's Telegram and only orders the first buttons.
    """
    number = int(chance[:12], 16)
    code = ""
    for _ in range(6):
        number, digit = divmod(number, len(LETTERS))
        code += LETTERS[digit]
    first = language or ("zh_Hant" if hint.lower().startswith("zh") else "")
    return Case(
        id=chance[:24],
        code=code,
        chat=chat,
        created_at=now,
        updated_at=now,
        language=first,
        step="emergency" if language else "language",
    )
