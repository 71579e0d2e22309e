"""The polling loop against a Telegram that keeps what was not acknowledged."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from bot.polling import Poller, chat_of

Handle = Callable[[bytes], Awaitable[int | None]]


class Telegram:
    """Keeps updates until an offset above them is asked for; waits at most ``patience_s``."""

    def __init__(self, *updates: dict[str, Any], patience_s: float = 30.0) -> None:
        self.kept = list(updates)
        self.offsets: list[int] = []
        self.failures: list[Exception] = []
        self._patience_s = patience_s

    async def fetch(self, offset: int, timeout: int) -> list[dict[str, Any]]:
        self.offsets.append(offset)
        if self.failures:
            raise self.failures.pop(0)
        self.kept = [update for update in self.kept if update["update_id"] >= offset]
        if not self.kept:
            await asyncio.sleep(self._patience_s)
        return list(self.kept)


def update(number: int, chat: int = 1) -> dict[str, Any]:
    return {"update_id": number, "message": {"chat": {"id": chat}, "from": {"id": 9}}}


def poller(telegram: Telegram, handle: Handle) -> Poller:
    return Poller("test", telegram.fetch, handle, pause_s=0.01)


async def until(ready: Callable[[], Any], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not ready():
            await asyncio.sleep(0.005)


async def run_until(loop: Poller, ready: Callable[[], Any]) -> None:
    running = asyncio.create_task(loop.run())
    try:
        await until(ready)
    finally:
        loop.stop()
        await asyncio.wait_for(running, 1)


def number(raw: bytes) -> int:
    return int(orjson.loads(raw)["update_id"])


def test_the_offset_moves_only_after_handling_has_returned() -> None:
    async def play() -> None:
        telegram, gate = Telegram(update(5)), asyncio.Event()

        async def handle(raw: bytes) -> int:
            await gate.wait()
            return 200

        loop = poller(telegram, handle)
        running = asyncio.create_task(loop.run())
        await asyncio.sleep(0.05)
        assert telegram.offsets == [0]
        assert telegram.kept
        gate.set()
        await until(lambda: telegram.offsets == [0, 6])
        loop.stop()
        await running

    asyncio.run(play())


def test_an_update_killed_midway_comes_again_at_the_next_start() -> None:
    async def play() -> None:
        telegram, seen = Telegram(update(5), update(6)), []

        async def never(raw: bytes) -> int:
            seen.append(number(raw))
            await asyncio.sleep(60)
            return 200

        running = asyncio.create_task(poller(telegram, never).run())
        await until(lambda: seen)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        handled = []

        async def handle(raw: bytes) -> int:
            handled.append(number(raw))
            return 200

        await run_until(poller(telegram, handle), lambda: handled == [5, 6])

    asyncio.run(play())


def test_what_was_not_taken_comes_again_and_later_ones_of_its_chat_do_not_overtake() -> None:
    async def play() -> None:
        telegram = Telegram(update(1, 7), update(2, 7), update(3, 8))
        order: list[int] = []
        answers = iter([503, OSError("disk"), 200])

        async def handle(raw: bytes) -> int:
            if number(raw) == 1:
                answer = next(answers, 200)
                if isinstance(answer, Exception):
                    raise answer
                if answer == 503:
                    return 503
            order.append(number(raw))
            return 200

        await run_until(poller(telegram, handle), lambda: not telegram.kept)
        assert order.index(1) < order.index(2)
        assert 3 in order
        assert telegram.offsets[:3] == [0, 1, 1]
        assert telegram.offsets[-1] == 4

    asyncio.run(play())


def test_chats_are_handled_beside_each_other_and_one_chat_in_order() -> None:
    async def play() -> None:
        telegram = Telegram(update(2, 1), update(1, 1), update(3, 2))
        order: list[int] = []

        async def handle(raw: bytes) -> None:
            if number(raw) == 1:
                await until(lambda: 3 in order)  # would wait for ever if the chats were taken one after the other
            order.append(number(raw))

        await run_until(poller(telegram, handle), lambda: len(order) == 3)
        assert order == [3, 1, 2]

    asyncio.run(play())


def test_conflicts_and_a_lost_network_are_survived() -> None:
    async def play() -> None:
        telegram, handled = Telegram(update(1)), []
        telegram.failures = [RuntimeError("409"), OSError(), ValueError("not JSON")]

        async def handle(raw: bytes) -> int:
            handled.append(number(raw))
            return 200

        await run_until(poller(telegram, handle), lambda: handled == [1])

    asyncio.run(play())


def test_the_wish_to_wait_is_kept() -> None:
    class TooFast(Exception):
        retry_after = 0.3

    async def play() -> None:
        telegram = Telegram(update(1))
        telegram.failures = [TooFast()]
        begun = time.monotonic()

        async def handle(raw: bytes) -> int:
            return 200

        await run_until(poller(telegram, handle), lambda: 2 in telegram.offsets)
        assert time.monotonic() - begun > 0.3

    asyncio.run(play())


def test_stopping_takes_less_than_a_second_even_when_handling_hangs() -> None:
    async def play() -> None:
        telegram, began = Telegram(update(1)), asyncio.Event()

        async def hang(raw: bytes) -> int:
            began.set()
            await asyncio.sleep(60)
            return 200

        loop = poller(telegram, hang)
        running = asyncio.create_task(loop.run())
        await began.wait()
        loop.stop()
        begun = time.monotonic()
        await running
        assert time.monotonic() - begun < 20
        assert loop.offset == 0

    asyncio.run(play())


def test_every_kind_of_update_has_the_chat_whose_order_it_keeps() -> None:
    assert chat_of(update(1, 77)) == 77
    assert chat_of({"update_id": 1, "callback_query": {"from": {"id": 9}, "message": {"chat": {"id": 77}}}}) == 77
    assert chat_of({"update_id": 1, "callback_query": {"from": {"id": 9}}}) == 9
    assert chat_of({"update_id": 1, "my_chat_member": {"chat": {"id": 77}, "from": {"id": 9}}}) == 77
    assert chat_of({"update_id": 1, "poll": {"id": "x"}}) is None
    assert chat_of({"update_id": 1}) is None


def test_a_payer_waits_behind_nobody() -> None:
    """The question before a payment stands in a line of its own, also beside messages of the same person."""
    person = {"id": 5001}
    message = {"update_id": 7, "message": {"chat": person, "text": "hi"}}
    questions = [{"update_id": n, "pre_checkout_query": {"id": str(n), "from": person}} for n in (8, 9)]
    assert len({chat_of(update) for update in (message, *questions)}) == 3
