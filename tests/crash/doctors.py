"""The doctors: one reads the group, presses a button of a new card, and replies to the question that follows."""

import random
import re
import time
from datetime import datetime, timedelta
from typing import Any

from tests.crash.owner import Owner
from tests.crash.script import REASONS
from tests.crash.world import DOCTORS, GROUP
from tests.sandbox_process import Sandbox

Json = dict[str, Any]
_CODE = re.compile(r"Case ([A-Z0-9]{6})")
READ_S = 0.3  # nobody answers a question sooner than it can be read
AGAIN_S = 4.0  # a reply that stays without any effect for so long is given again, to the newest question


class Doctors:
    """Both doctors of the group. They tell cases apart by the cat's name on the card."""

    def __init__(self, sandbox: Sandbox, chance: random.Random) -> None:
        self._sandbox = sandbox
        self.group = GROUP  # it may move
        self.present = DOCTORS
        self._chance = chance
        self._seen = 0
        self._decided: set[str] = set()
        self._open: dict[str, tuple[Json, str, Owner]] = {}  # code → the doctor, the action, the owner
        self._answered: dict[str, float] = {}  # code → when somebody replied
        self._prompts: dict[str, tuple[Json, float]] = {}  # code → the newest question, and when it was seen
        self._left: set[int] = set()  # owners whose doctor has gone on leave
        self.twice = 0
        for doctor in DOCTORS:  # as each does once: before that the bot may not write to her alone
            sandbox.send(int(str(doctor["id"])), "/start", "staff")

    @property
    def waiting(self) -> bool:
        """Whether a decision is under way."""
        return bool(self._open)

    def look(self, owners: list[Owner]) -> None:
        """Reads what is new in the group; presses and replies."""
        fresh = self._sandbox.chat(int(self.present[0]["id"]), self.group, after=self._seen)["messages"]
        for message in fresh:
            self._seen = max(self._seen, message["message_id"])
            if message["from"]["is_bot"]:
                self._read(message, owners)
        for code in list(self._open):
            self._reply(code)

    def take_leave(self, owner: Owner) -> None:
        """The doctor of a call is away for just that half hour after all; says so once."""
        if owner.plan != "away" or not owner.call or owner.id in self._left:
            return
        self._left.add(owner.id)
        name, day, hour = owner.call
        now = datetime.fromisoformat(self._sandbox.clock()["now"])
        starts = datetime.strptime(f"{day} {now.year} {hour} +0800", "%d %b %Y %H:%M %z")
        starts = starts.replace(year=now.year + (starts.month < now.month))
        ends = starts + timedelta(minutes=30)
        doctor = next(int(str(one["id"])) for one in DOCTORS if one["name"] == name)
        self._sandbox.send(doctor, f"/away {starts:%Y-%m-%d %H:%M} {ends:%Y-%m-%d %H:%M}", self.group)

    def _read(self, message: Json, owners: list[Owner]) -> None:
        text = message.get("text") or message.get("caption") or ""
        found = _CODE.search(text)
        if found is None:
            return
        code = found[1]
        press = next(
            (b for row in message.get("buttons") or [] for b in row if b.get("data", "").endswith(".go")), None
        )
        self._pay_back(message, code)
        if press:
            owner = next((o for o in owners if f" {o.cat} ·" in text), None)  # "Patient: Cat7x · 12 years …"
            key = press["data"].split(".")[1]
            if owner and f"{code}.{key}" not in self._decided:
                self._decided.add(f"{code}.{key}")
                self._press(message, code, key, owner)
        elif code in self._open and text.startswith(str(self._open[code][0]["name"])):
            self._prompts[code] = (message, time.monotonic())

    def _pay_back(self, message: Json, code: str) -> None:
        """What goes back by the clinic's rule is confirmed by one of them; sometimes the other presses as well."""
        rows = message.get("buttons") or []
        button = next((b for row in rows for b in row if b.get("data", "").endswith(".refund")), None)
        if button and button["data"] not in self._decided:
            self._decided.add(button["data"])
            for doctor in self._chance.sample(self.present, self._chance.choice((1, len(self.present)))):
                self._sandbox.press(int(doctor["id"]), message["message_id"], chat=self.group, data=button["data"])

    def _press(self, message: Json, code: str, key: str, owner: Owner) -> None:
        first = not any(k.startswith(f"{code}.") and k != f"{code}.{key}" for k in self._decided)
        action = owner.plan if first and owner.plan in ("no_go", "need_more") else "go"
        if owner.plan == "withdraw":
            return
        doctor = self._chance.choice(self.present)
        self._open[code] = (doctor, action, owner)
        self._prompts.pop(code, None)
        self._answered.pop(code, None)
        data = f"{code}.{key}.{action}"
        self._sandbox.press(int(doctor["id"]), message["message_id"], chat=self.group, data=data)

    def _reply(self, code: str) -> None:
        doctor, action, owner = self._open[code]
        if action in owner.heard:
            del self._open[code]
            return
        prompt, seen_at = self._prompts.get(code, ({}, time.monotonic()))
        before, now = self._answered.get(code), time.monotonic()
        if now - seen_at < READ_S or (before is not None and now - before < AGAIN_S):
            return
        self.twice += before is not None
        self._answered[code] = now
        more = {"thread": prompt["thread_id"]} if prompt.get("thread_id") else {}
        words = REASONS[action].format(cat=owner.cat)
        self._sandbox.send(int(doctor["id"]), words, self.group, reply_to=prompt["message_id"], **more)
