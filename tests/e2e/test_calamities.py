"""What may happen to the doctors' group while a case lies before it; the case is decided all the same (pitfalls 13 to 23)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.crash.owner import Owner
from tests.crash.world import DOCTORS, GROUP
from tests.e2e.stage import Stage, stage

pytestmark = pytest.mark.enable_socket

LIN = int(str(DOCTORS[0]["id"]))
HALF_A_DAY_S = 12 * 3600 + 60


def card_of(on: Stage, owner: Owner) -> dict[str, Any] | None:
    """The newest card with buttons to decide."""
    for message in reversed(on.crowd.sandbox.chat(LIN, on.crowd.doctors.group)["messages"]):
        data = [b.get("data", "") for row in message.get("buttons") or [] for b in row]
        if any(one.endswith(".go") for one in data) and f" {owner.cat} ·" in message.get("text", ""):
            return message
    return None


def before_the_doctors_look(on: Stage, owner: Owner) -> dict[str, Any]:
    """The owner's case lies in the group, and no doctor has seen it yet."""
    look = on.crowd.doctors.look
    on.crowd.doctors.look = lambda _: None  # type: ignore[method-assign]
    on.crowd.play(lambda: card_of(on, owner) is not None)
    on.crowd.doctors.look = look  # type: ignore[method-assign]
    card = card_of(on, owner)
    assert card is not None
    return card


def topic_deleted(on: Stage, owner: Owner) -> None:
    """The card goes with it; the next reminder finds that out, and the card comes again in the General topic."""
    card = before_the_doctors_look(on, owner)
    on.crowd.sandbox.control("topic", **{"as": LIN}, chat=GROUP, thread=card["thread_id"], action="delete")
    assert card_of(on, owner) is None
    on.crowd.sandbox.advance(HALF_A_DAY_S)


def ground_on(card: dict[str, Any] | None) -> str:
    """The first reason of the short list, where it is open."""
    data = [b.get("data", "") for row in (card or {}).get("buttons") or [] for b in row]
    return next((one for one in data if ".ground_" in one), "")


def topic_closed(on: Stage, owner: Owner) -> None:
    """Only administrators can write there now: it is decided by buttons alone."""
    card = before_the_doctors_look(on, owner)
    on.crowd.sandbox.control("topic", **{"as": LIN}, chat=GROUP, thread=card["thread_id"], action="close")
    go = next(b["data"] for row in card["buttons"] for b in row if b.get("data", "").endswith(".go"))
    on.crowd.doctors._decided.add(go.removesuffix(".go"))
    owner.plan = "no_go"
    on.crowd.sandbox.press(LIN, card["message_id"], chat=GROUP, data=go.removesuffix("go") + "no_go")
    listed = on.crowd.sandbox.until(lambda: ground_on(card_of(on, owner)))
    on.crowd.sandbox.press(LIN, card["message_id"], chat=GROUP, data=listed)


def no_rights_any_more(on: Stage, owner: Owner) -> None:
    """The bot is a plain member: no topic can be opened for the next case either."""
    before_the_doctors_look(on, owner)
    on.crowd.sandbox.control("rights", chat=GROUP, admin=False)
    on.crowd.add("book")


def group_moved(on: Stage, owner: Owner) -> None:
    """It becomes a supergroup with another id: what was posted stays behind, and the card comes again with the next reminder."""
    before_the_doctors_look(on, owner)
    on.crowd.doctors.group = on.crowd.sandbox.migrate(GROUP)
    on.crowd.doctors._seen = 0
    on.crowd.sandbox.advance(HALF_A_DAY_S)


def a_doctor_has_left(on: Stage, owner: Owner) -> None:
    """Her colleague decides."""
    before_the_doctors_look(on, owner)
    on.crowd.sandbox.control("membership", **{"as": LIN}, chat=GROUP, status="left")
    on.crowd.doctors.present = DOCTORS[1:]


@pytest.mark.parametrize(
    "calamity",
    [topic_deleted, topic_closed, no_rights_any_more, group_moved, a_doctor_has_left],
    ids=lambda c: c.__name__,
)
def test_a_case_is_decided_whatever_happens_to_the_group(
    sqlite_url: str, tmp_path: Path, calamity: Callable[[Stage, Owner], None]
) -> None:
    """From the card to the booked call; nobody has to ask where things stand."""
    with stage(sqlite_url, tmp_path) as on:
        on.services[0].start()
        on.services[0].wait_ready()
        owner = on.crowd.add("book")
        calamity(on, owner)
        on.play()
        assert all(one.ended for one in on.crowd.owners)
        assert not any(one.nudges for one in on.crowd.owners)
