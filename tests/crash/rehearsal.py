"""One rehearsal: sandbox, database and service on this machine, a crowd that plays, and kills at random moments and named points."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from desk.points import POINTS
from storage.migrate import migrate
from tests.crash.base import Base
from tests.crash.check import Verdict, check
from tests.crash.crowd import Crowd
from tests.crash.service import Nursery, Service
from tests.crash.world import LEASE_S, sandbox_config, settings
from tests.postgres import Postgres
from tests.sandbox_process import free_port, running_sandbox

WORK_S = (0.05, 1.5)  # a random kill comes so long after the service said that it is ready
POINT_WITHIN_S = 3.0  # a point that was not reached by then is made up for by a kill at that moment
ACTIVE = 6
DAYS = 10  # so far the clock moves in the last part, over which reminders fall due
LEAP_S = 6 * 3600.0  # at once, so that nobody's call passes while she is moving it
SETTLE_S = 120.0


@dataclass(slots=True)
class Wish:
    """What is to be rehearsed."""

    engine: str
    kills: int
    seed: int
    folder: Path
    replicas: int = 1
    database_url: str = ""


@dataclass(slots=True)
class Outcome:
    """What came of it. ``kills``: by point, "random" and "start" for the rest. ``starts_s``: how long the starts took."""

    verdict: Verdict
    kills: Counter[str] = field(default_factory=Counter)
    starts_s: list[float] = field(default_factory=list)
    took_s: float = 0.0


@contextmanager
def database(wish: Wish) -> Iterator[str]:
    """A migrated database of the rehearsal's own."""
    if wish.database_url or wish.engine == "sqlite":
        url = wish.database_url or f"sqlite:///{wish.folder}/second-look.db"
        if not wish.database_url:
            migrate(url)
        yield url
        return
    server = Postgres()
    try:
        url = server.create()
        migrate(url)
        yield url
    finally:
        server.stop()


class Rehearsal:
    """Its services and its crowd. ``run`` plays and kills; ``settle`` lets it come to rest; ``verdict`` judges."""

    def __init__(self, wish: Wish, crowd: Crowd, services: list[Service], url: str) -> None:
        self.wish = wish
        self.crowd = crowd
        self.services = services
        self.url = url
        self.chance = random.Random(wish.seed + 1)
        self.outcome = Outcome(Verdict())
        self.killed_at: list[int] = []

    def run(self) -> None:
        """All kills, one after another."""
        for service in self.services[1:]:
            service.start()
            service.wait_ready()
        for number in range(self.wish.kills):
            self.crowd.keep(ACTIVE)
            self._one(number, self.chance.choice(self.services))
            self._let_time_pass(number)

    def _one(self, number: int, service: Service) -> None:
        """Even numbers come at a random moment, odd ones at the points in turn, each at its first to fourth passing."""
        if service.code() is None and service.pid:
            self._end(service, "random")  # with several replicas it has been running since its last start
        point = POINTS[number // 2 % len(POINTS)] if number % 2 else ""
        wish = f"{point}:{1 + number // (2 * len(POINTS)) % 4}" if point else ""
        service.start(wish, cold=service.nursery is None)
        if not point and self.chance.random() < 0.1:
            time.sleep(self.chance.uniform(0, 0.4))
            return self._end(service, "start")
        try:
            self.outcome.starts_s.append(service.wait_ready())
        except RuntimeError:
            if service.code() != -9:
                raise
        work = POINT_WITHIN_S if point else self.chance.uniform(*WORK_S)
        end = time.monotonic() + work
        self.crowd.play(lambda: time.monotonic() > end or service.code() is not None)
        if len(self.services) == 1 or point:
            self._end(service, point or "random")

    def _end(self, service: Service, name: str) -> None:
        code = service.code()
        if code not in (None, -9):
            raise RuntimeError(f"the service ended by itself with {code}: {service.log}")
        if code is None:
            service.kill()
            name = name if name in ("random", "start") else "random"
        self.killed_at.append(self.crowd.listen())
        self.outcome.kills[name] += 1

    def _let_time_pass(self, number: int) -> None:
        """What the dead one had claimed must lapse; in the last part days pass, so that reminders meet kills too.

        With several replicas the others are in the middle of sending: their leases must not lapse by the same jump.
        """
        late = number >= 0.6 * self.wish.kills
        short = LEASE_S + 1 if len(self.services) == 1 else LEASE_S / 3
        self.crowd.sandbox.advance(min(LEAP_S, DAYS * 86400 / (0.4 * self.wish.kills)) if late else short)

    def settle(self) -> None:
        """Everything runs undisturbed until nothing is left to do. Raises nothing: what is left over the checker will tell."""
        for service in self.services:
            if not service.pid or service.code() is not None:
                service.start()
                self.outcome.starts_s.append(service.wait_ready())
        end = time.monotonic() + SETTLE_S
        quiet = 0
        while time.monotonic() < end and quiet < 3:
            pause = time.monotonic() + 0.7
            self.crowd.play(lambda: time.monotonic() > pause)  # noqa: B023
            self.crowd.nudge()
            rest = not any(self.crowd.sandbox.pending().values()) and self.crowd.finished() and self._idle()
            quiet = quiet + 1 if rest else 0
            self.crowd.sandbox.advance(10)  # well below the lease: what is being sent must not lapse

    def _idle(self) -> bool:
        now = self.now()
        rows = Base(self.url).rows("outbox")
        return not any(row["state"] in ("waiting", "sending") and row["due_at"] <= now + 400_000_000 for row in rows)

    def now(self) -> int:
        """The rehearsal's time in microseconds."""
        return round(datetime.fromisoformat(self.crowd.sandbox.clock()["now"]).timestamp() * 1_000_000)

    def judge(self) -> Outcome:
        """The end checker's verdict; the services are stopped first, in order, so that nothing moves any more."""
        now = self.now()
        for service in self.services:
            service.stop()
        self.crowd.listen()
        self.outcome.verdict = check(self.crowd, Base(self.url), self.killed_at, now)
        return self.outcome


def rehearse(wish: Wish) -> Outcome:
    """From an empty folder to the verdict."""
    began = time.monotonic()
    wish.folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        url = stack.enter_context(database(wish))
        nursery = stack.enter_context(Nursery())
        ports = [free_port() for _ in range(wish.replicas)]
        config = sandbox_config(ports[0])
        sandbox = stack.enter_context(running_sandbox(**config, log_file=str(wish.folder / "sandbox.jsonl")))
        shared = settings(config, sandbox.url, ports[0], url, wish.folder)
        services = [
            Service({**shared, "HTTP_PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}, wish.folder / f"service-{n}.log", nursery)
            for n, port in enumerate(ports)
        ]  # fmt: skip
        stack.callback(lambda: [service.kill() for service in services if service.pid])
        rehearsal = Rehearsal(wish, Crowd(sandbox, wish.seed), services, url)
        rehearsal.run()
        rehearsal.settle()
        outcome = rehearsal.judge()
    outcome.took_s = time.monotonic() - began
    return outcome
