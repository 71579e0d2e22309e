"""The contract of every way to pay: whatever the rail, the same things happen to the case and stand in the ledger."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from flows import rails
from flows.case import Status
from storage.engine import Store
from tests.payments.houses import FEE, HOUSES, House, TelegramHouse
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.enable_socket

T = TypeVar("T")
every_rail = pytest.mark.parametrize("rail", rails.RAILS)


def in_house(rail: str, store: Store, far: Sandbox, story: Callable[[Any], Awaitable[T]]) -> T:
    """Plays a story in a loop of its own."""

    async def whole() -> T:
        house = HOUSES[rail](store, far)
        try:
            return await story(house)
        finally:
            if isinstance(house, TelegramHouse):
                await house.bot.close()

    return asyncio.run(whole())


def test_there_is_a_house_for_every_rail() -> None:
    assert tuple(HOUSES) == rails.RAILS


@every_rail
@pytest.mark.parametrize("times", [1, 2])
def test_the_fee_counts_once_however_often_it_is_told(rail: str, times: int, store: Store, far: Sandbox) -> None:
    async def story(house: House) -> None:
        await house.open()
        assert [line.kind for line in await house.lines()] == ["opened"]
        await house.pay(times=times)
        assert (await house.case()).status is Status.PAID
        assert [(one.received, one.left) for one in await house.sums()] == [(FEE, FEE)]
        assert {line.rail for line in await house.lines()} == {rail}
        assert await house.owed() == []

    in_house(rail, store, far, story)


@every_rail
@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.EXPIRED])
def test_money_that_comes_when_the_case_is_over_is_owed_back(
    rail: str, status: Status, store: Store, far: Sandbox
) -> None:
    async def story(house: House) -> None:
        await house.open()
        await house.end(status)
        await house.pay()
        assert (await house.case()).status is status
        assert await house.owed() == [FEE]

    in_house(rail, store, far, story)


@every_rail
def test_another_amount_waits_for_the_staff(rail: str, store: Store, far: Sandbox) -> None:
    async def story(house: House) -> None:
        await house.open(amount=200_000)
        await house.pay(200_000)
        case = await house.case()
        assert (case.status, case.payment.state) == (Status.ACCEPTED, "wrong_amount")
        assert await house.owed() == [200_000]

    in_house(rail, store, far, story)


@every_rail
@pytest.mark.parametrize(("share", "amount"), [(100, FEE), (50, FEE // 2)])
def test_what_is_owed_goes_back_once(rail: str, share: int, amount: int, store: Store, far: Sandbox) -> None:
    async def story(house: House) -> None:
        await house.open()
        await house.pay()
        await house.end(Status.WITHDRAWN, share)
        await house.give_back()
        await house.refund(done=True)
        await house.refund(done=True)
        assert [(one.given_back, one.under_way, one.left) for one in await house.sums()] == [(amount, 0, FEE - amount)]
        assert await house.owed() == []

    in_house(rail, store, far, story)


@every_rail
def test_a_refund_that_fails_is_owed_again(rail: str, store: Store, far: Sandbox) -> None:
    async def story(house: House) -> None:
        await house.open()
        await house.pay()
        await house.end(Status.WITHDRAWN, 100)
        await house.give_back()
        await house.refund(done=False)
        assert [(one.given_back, one.left) for one in await house.sums()] == [(0, FEE)]
        assert await house.owed() == [FEE]

    in_house(rail, store, far, story)


@every_rail
def test_word_of_what_was_never_asked_for_changes_nothing(rail: str, store: Store, far: Sandbox) -> None:
    async def story(house: House) -> None:
        await house.open()
        before = await house.case()
        await house.unknown()
        assert await house.case() == before
        assert [line.kind for line in await house.lines()] == ["opened"]

    in_house(rail, store, far, story)


# --- Telegram asks first ----------------------------------------------------------------------------------------------
def test_a_second_payment_of_one_invoice_is_a_sum_of_its_own(store: Store, far: Sandbox) -> None:
    async def story(house: TelegramHouse) -> None:
        await house.open()
        session = (await house.case()).payment.session
        await house.say_paid(session, FEE, charge="c1")
        await house.say_paid(session, FEE, charge="d2")
        assert [one.received for one in await house.sums()] == [FEE, FEE]
        assert await house.owed() == [FEE]

    in_house("telegram", store, far, story)


def test_money_for_a_case_that_is_gone_is_told_to_the_staff_once(store: Store, far: Sandbox) -> None:
    async def story(house: TelegramHouse) -> list[str]:
        await house.open()
        before = len(house.staff.texts)
        await house.unknown()
        await house.unknown()
        return house.staff.texts[before:]

    told = in_house("telegram", store, far, story)
    assert len(told) == 1
    assert "QGXCRD-1" in told[0]


def test_no_money_is_taken_for_a_fee_that_is_not_open(store: Store, far: Sandbox) -> None:
    async def story(house: TelegramHouse) -> None:
        await house.open()
        await house.end(Status.WITHDRAWN)
        assert not await house.press_pay()
        assert await house.sums() == ()

    in_house("telegram", store, far, story)


def test_the_question_before_a_payment_waits_for_no_writer(sqlite_url: str, far: Sandbox) -> None:
    """The one writer is held for three seconds; the payer has her answer within two."""
    import time

    from storage.engine import open_store

    async def story(house: TelegramHouse) -> float:
        await house.open()
        busy = asyncio.create_task(house.desk.store.run(lambda _: time.sleep(3)))
        await asyncio.sleep(0.1)
        begun = time.monotonic()
        assert await house.press_pay()
        took = time.monotonic() - begun
        assert not busy.done()
        await busy
        return took

    store = open_store(sqlite_url)
    try:
        assert in_house("telegram", store, far, story) < 2
    finally:
        store.close()
