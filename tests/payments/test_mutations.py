"""A thousand altered notices: each is refused, and nothing of it is stored."""

import random
from pathlib import Path

import pytest
from sqlalchemy import func, select

from payments.stripe import StripeSender
from storage.tables import inbox, ledger, outbox
from tests.payments.stripe_server import Books
from tests.payments.test_stripe import SECRET, event, played, signed

pytestmark = pytest.mark.enable_socket

OTHER = event("charge.dispute.created", data={"object": {"id": "dp_1", "object": "dispute", "payment_intent": "pi_1"}})


def altered(chance: random.Random, body: bytes, header: bytes) -> tuple[bytes, list[bytes]]:
    """The same notice with something wrong about it."""
    at, to = sorted(chance.sample(range(len(body)), 2))
    kind = chance.randrange(8)
    wrong = {
        0: body[:at] + bytes([body[at] ^ (1 << chance.randrange(8))]) + body[at + 1 :],
        1: body[:to],
        2: body[:at] + body[to:],
        3: body[:at] + body[at:to] * 2 + body[to:],
        4: body + chance.choice([b" ", b"\n", b"\x00", b"}"]),
    }
    if kind in wrong:
        return wrong[kind], [header]
    if kind == 5:
        place = chance.randrange(len(header) - 64)
        return body, [header[:place] + bytes([header[place] ^ (1 << chance.randrange(7))]) + header[place + 1 :]]
    if kind == 6:
        return body, chance.choice(
            [[], [header, header], [header.replace(b"v1=", b"v0=")], [header[: -chance.randrange(1, 60)]]]
        )
    return body, [signed(body, SECRET + "x")]


def test_a_thousand_altered_notices_are_refused_and_nothing_is_stored(tmp_path: Path) -> None:
    async def story(rail: StripeSender) -> tuple[set[int], int]:
        chance, statuses = random.Random(1000), set[int]()
        for number in range(1000):
            body = (event(), OTHER)[number % 2]
            wrong, headers = altered(chance, body, signed(body))
            statuses.add((await rail.webhook({b"stripe-signature": headers}, wrong, "/stripe/webhook"))[0])
        count = await rail._desk.store.read(
            lambda conn: sum(
                conn.scalar(select(func.count()).select_from(table)) or 0 for table in (inbox, ledger, outbox)
            )
        )
        return statuses, count

    assert played(tmp_path, Books(), story, url="http://127.0.0.1:9") == ({400}, 0)


def test_the_unaltered_notice_is_taken(tmp_path: Path) -> None:
    """Else the test above could not fail."""

    async def story(rail: StripeSender) -> tuple[int, int]:
        body = event(data={"object": {"id": "cs_test_1", "client_reference_id": "nobody"}})
        status, _ = await rail.webhook({b"stripe-signature": [signed(body)]}, body, "/stripe/webhook")
        count = await rail._desk.store.read(lambda conn: conn.scalar(select(func.count()).select_from(inbox)) or 0)
        return status, count

    assert played(tmp_path, Books(), story, url="http://127.0.0.1:9") == (200, 1)
