"""Enrolment by a one-time code: how a code looks, and what is said to whoever sends one to the staff bot."""

from datetime import timedelta

from flows.opening import LETTERS
from flows.wording import mark

LASTS = timedelta(days=1)
TRIES, WITHIN = 5, timedelta(hours=1)  # so many wrong codes of one account in so long; then it is not heard for a while
DIGITS, GROUP = 12, 4  # 25 letters: 55 bits, far beyond guessing at that pace

WELCOME = mark("You are enrolled as {doctor}. From now on what you press and reply in the doctors' group counts.")
ALREADY = mark("You are enrolled as {doctor}.")
REFUSED = mark("This code is not valid, or no longer. Ask the clinic for a new one and send it here: /start CODE")
TAKEN = mark("This Telegram account is enrolled as {doctor} already. Each doctor needs an own one.")
SHUT = mark("That was tried too often. Please come back in an hour.")
TOLD = mark(
    "{doctor} is enrolled with a Telegram account. If this surprises you, tell whoever looks after this service at once."
)


def new_code(chance: int) -> str:
    """``chance`` is a fresh random number of at least 64 bits; the code is made of letters that are not mistaken for each other."""
    code = ""
    for _ in range(DIGITS):
        chance, digit = divmod(chance, len(LETTERS))
        code += LETTERS[digit]
    return "-".join(code[at : at + GROUP] for at in range(0, DIGITS, GROUP))


def plain(typed: str) -> str:
    """A code as it is kept, however it was typed: small letters, without its dashes, with spaces."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())
