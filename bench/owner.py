"""One simulated owner, who reads what the bot says and plays a script to its end."""

import asyncio
from time import perf_counter
from typing import Any

import orjson

from bench.hook import Slot
from bench.scripts import Script, Step
from bench.telegram import SENT_AT

STEP_S = 20.0
FIRST_CHAT = 500_000_000
STEPS_EACH = 100  # update ids of one owner; no script is as long


class Owner:
    """``stuck`` says why the script was not played to its end; ``waits`` are seconds from a POST to the bot's call."""

    def __init__(self, number: int, script: Script) -> None:
        self.chat = FIRST_CHAT + number
        self.waits: list[float] = []
        self.stuck = ""
        self._number = number
        self._steps = script.steps
        self._own = {name: words.format(n=number) for name, words in script.own.items()}
        self._keyboard: list[list[dict[str, str]]] = []
        self._question, self._question_id = "", 0
        self._heard: list[str] = []
        self._expected: tuple[str, ...] = ()
        self._answered: asyncio.Future[float] | None = None

    @property
    def finished(self) -> bool:
        """Whether every step was answered as it must be, the last with all answers."""
        return len(self.waits) == len(self._steps)

    def hear(self, text: str, message_id: int, keyboard: list[list[dict[str, str]]]) -> None:
        """A message of the bot arrived."""
        if keyboard:
            self._keyboard, self._question, self._question_id = keyboard, text, message_id
        self._heard.append(text)
        if self._answered and not self._answered.done() and all(words in text for words in self._expected):
            self._answered.set_result(perf_counter())

    async def play(self, slot: Slot) -> None:
        """Plays the script; ends early, with ``stuck`` set, at the first step that is not answered as it must be."""
        for number, step in enumerate(self._steps):
            try:
                async with asyncio.timeout(STEP_S):
                    await self._step(number, step, slot)
            except (TimeoutError, LookupError) as error:
                self.stuck = f"step {number} {step}: {type(error).__name__} {error}; last heard {self._heard[-3:]}"
                return

    async def _step(self, number: int, step: Step, slot: Slot) -> None:
        self._expected = tuple(words.format(**self._own) for words in step.expect)
        self._answered = asyncio.get_running_loop().create_future()
        body = orjson.dumps(self._update(number, step))
        start = perf_counter()
        await slot.deliver(body)
        self.waits.append(await self._answered - start)

    def _update(self, number: int, step: Step) -> dict[str, Any]:
        update_id = self._number * STEPS_EACH + number + 1
        if step.pressed:
            return {"update_id": update_id, "callback_query": self._query(update_id, step.pressed.format(**self._own))}
        text = step.said.format(**self._own)
        message = {
            "message_id": number + 1,
            "from": self._person(),
            "chat": self._chat(),
            "date": SENT_AT,
            "text": text,
        }
        if text.startswith("/"):
            message["entities"] = [{"offset": 0, "length": len(text), "type": "bot_command"}]
        return {"update_id": update_id, "message": message}

    def _query(self, update_id: int, words: str) -> dict[str, Any]:
        buttons = (button for row in self._keyboard for button in row)
        data = next((b["callback_data"] for b in buttons if b["text"] == words and b.get("callback_data")), None)
        if data is None:
            raise LookupError(f"no button {words!r} on {self._keyboard}")
        bot = {"id": 1000001, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
        message = {
            "message_id": self._question_id, "date": SENT_AT, "chat": self._chat(), "from": bot, "text": self._question,
            "reply_markup": {"inline_keyboard": self._keyboard},
        }  # fmt: skip
        return {"id": str(update_id), "from": self._person(), "chat_instance": "-77", "data": data, "message": message}

    def _person(self) -> dict[str, Any]:
        return {"id": self.chat, "is_bot": False, **self._named(), "language_code": "en"}

    def _chat(self) -> dict[str, Any]:
        return {"id": self.chat, "type": "private", **self._named()}

    def _named(self) -> dict[str, str]:
        return {"first_name": f"Owner{self._number}", "last_name": "Bench", "username": f"owner{self._number}"}
