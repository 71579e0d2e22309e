"""Which earlier picture of a case a new one repeats. Compared in a child: what does it would cost the service 60 MB for ever."""

from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Final

from records.child import child

MAYBE_ALIKE: Final = 10  # bits of 64; of copies with borders cut by up to 3 % one in thirty differs in more
PAIR_S: Final = 10.0  # wall seconds for one pair on a busy machine; half a second of work
MOST_PAIRS: Final = 6  # the looks nearest to the new one; a case of a hundred pages of one form has many more


def nearest(look: str, others: Sequence[str]) -> list[int]:
    """Places in ``others`` of the looks worth comparing, the nearest first, at most MOST_PAIRS. A look is 16 hexadecimal digits."""
    far = [((int(look, 16) ^ int(other, 16)).bit_count(), place) for place, other in enumerate(others)]
    return [place for bits, place in sorted(far) if bits <= MAYBE_ALIKE][:MOST_PAIRS]


def repeated(preview: bytes, earlier: Sequence[bytes]) -> int | None:
    """The place in ``earlier`` of the first preview that shows the same picture; None when none does or nobody could say.

    Both are JPEGs of our own. Blocks; never raises for what the pictures are.
    """
    with child(work, len(earlier)) as (ours, _):
        try:
            ours.send_bytes(preview)
            for place, other in enumerate(earlier):
                ours.send_bytes(other)
                if not ours.poll(PAIR_S):
                    return None
                if ours.recv_bytes(1) == b"1":
                    return place
        except (OSError, EOFError):
            return None
    return None


def work(theirs: Connection, pairs: int) -> None:
    """The child's whole life: one picture, then the others one by one, each answered with 1 or 0."""
    from records import confinement
    from records.likeness import same_picture  # in the fork server it is there already; the service never loads it

    confinement.confine()
    preview = theirs.recv_bytes()
    for _ in range(pairs):
        theirs.send_bytes(b"1" if same_picture(preview, theirs.recv_bytes()) else b"0")
