"""The link that signs a doctor's browser in: signed, for one person and one case, good for ten minutes and one use."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.links import Links

PURPOSE = "sign-in"
LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SignIn:
    """``person``: the Telegram id it was made for; ``chance``: what makes one link unlike the next, used up at the first use."""

    case_id: str
    person: int
    chance: str


def sign_in_link(links: Links, wish: SignIn, now: datetime) -> str:
    """The last part of the address. ``wish.chance``: hexadecimal digits."""
    ends = int((now + LASTS).timestamp())
    return links.sign(PURPOSE, f"{wish.case_id}.{wish.person}.{wish.chance}.{ends:x}")


def wish_of(links: Links, link: str, now: datetime) -> SignIn | None:
    """Whom a link that we signed is for, while it is good; whether it was used the inbox knows."""
    words = links.read(PURPOSE, link)
    if not words:
        return None
    case_id, person, chance, ends = words.rsplit(".", 3)
    return SignIn(case_id, int(person), chance) if int(ends, 16) > now.timestamp() else None
