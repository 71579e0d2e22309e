"""Many owners at once, the doctors, and a loop that lets each look whenever the ground truth shows something new for them."""

import random
import time
from collections.abc import Callable

from tests.crash.doctors import Doctors
from tests.crash.owner import Owner
from tests.crash.truth import Truth
from tests.sandbox_process import Sandbox

_TICK_S = 0.02
QUIET_S = 25.0  # real seconds, on machines that are shared: silence after which an owner asks where things stand, when all she did was acknowledged


class Crowd:
    """``keep`` keeps so many journeys under way; ``play`` lets everybody act until a moment."""

    def __init__(self, sandbox: Sandbox, seed: int, first: int = 1) -> None:
        self.sandbox = sandbox
        self.truth = Truth(sandbox)
        self.chance = random.Random(seed)
        self.owners: list[Owner] = []
        self.doctors = Doctors(sandbox, self.chance)
        self._by_id: dict[int, Owner] = {}
        self._first = first
        self._heard_at: dict[int, float] = {}
        self._news: set[int] = set()

    def add(self, plan: str = "") -> Owner:
        """One owner more, who begins at once."""
        owner = Owner(self.sandbox, self._first + len(self.owners), self.chance, plan)
        self.owners.append(owner)
        self._by_id[owner.id] = owner
        self._heard_at[owner.id] = time.monotonic()
        owner.begin()
        return owner

    def keep(self, active: int) -> None:
        """New owners until so many journeys are under way."""
        for _ in range(active - sum(not owner.ended for owner in self.owners)):
            self.add()

    def play(self, until: Callable[[], bool]) -> None:
        """Everybody acts on what is new, until the moment has come."""
        while not until():
            if not self.tick():
                time.sleep(_TICK_S)

    def tick(self) -> bool:
        """One round; whether anything was new."""
        self.listen()
        chats, self._news = self._news, set()
        if self.doctors.group in chats or self.doctors.waiting:
            self.doctors.look(self.owners)
        waiting = {owner.id for owner in self.owners if owner.waits}
        for chat in (chats | waiting) & set(self._by_id):
            self._look(self._by_id[chat])
        return bool(chats)

    def listen(self) -> int:
        """Notes in which chats something is new; gives the number of records so far."""
        self._news |= {r["chat"] for r in self.truth.news() if r["kind"] in ("message", "photo", "document", "topic")}
        return len(self.truth.records)

    def _look(self, owner: Owner) -> None:
        self._heard_at[owner.id] = time.monotonic()
        was = owner.ended
        owner.look()
        self.doctors.take_leave(owner)
        if owner.ended and not was and owner.plan in ("book", "move") and owner.number % 5 == 0:
            owner.stop_texts()

    def nudge(self) -> None:
        """Whoever waits in vain asks for /status, as people do. The checker counts these: none should be needed."""
        now = time.monotonic()
        for owner in self.owners:
            if not owner.ended and now - self._heard_at[owner.id] > QUIET_S:
                self._heard_at[owner.id] = now
                owner.nudges += 1
                owner.say("/status")

    def finished(self) -> bool:
        """Whether every journey has reached its end."""
        return all(owner.ended for owner in self.owners)

    def screens(self) -> dict[int, str]:
        """Message id → the word that the buttons of an owner's message carry, as her telephone shows it now."""
        found = {}
        for owner in self.owners:
            for message in self.sandbox.chat(owner.id)["messages"]:
                data = [b["data"] for row in message.get("buttons") or [] for b in row if b.get("data")]
                found[message["message_id"]] = data[0].partition(".")[0] if data else ""
        return found
