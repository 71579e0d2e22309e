"""A stage for whole journeys: sandbox, database and services as processes, and a crowd to play on it."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.base import Base
from tests.crash.check import Verdict, check
from tests.crash.crowd import Crowd
from tests.crash.service import Nursery, Service
from tests.crash.world import sandbox_config, settings
from tests.sandbox_process import free_port, running_sandbox


@dataclass(slots=True)
class Stage:
    """``services`` are not started. ``kills`` as the end checker wants them."""

    crowd: Crowd
    services: list[Service]
    url: str
    lease_s: float
    kills: list[int] = field(default_factory=list)

    def play(self, seconds: float = 60) -> None:
        """Until every journey has reached its end and nothing is on its way; raises TimeoutError."""
        end = time.monotonic() + seconds
        while not (self.crowd.finished() and self.at_rest()):
            if time.monotonic() > end:
                raise TimeoutError(f"at the end {[(o.plan, o.ended) for o in self.crowd.owners]}, {self.unsettled()}")
            pause = time.monotonic() + 0.4
            self.crowd.play(lambda: time.monotonic() > pause)  # noqa: B023
            self.crowd.sandbox.advance(min(5.0, self.lease_s / 3))  # what is being sent must not lapse by a jump

    def at_rest(self) -> bool:
        """Nothing waits on either side."""
        return not any(self.crowd.sandbox.pending().values()) and not self.unsettled()

    def unsettled(self) -> list[str]:
        """Outbox rows that wait or are being sent."""
        rows = Base(self.url).rows("outbox")
        return [f"{r['channel']}/{r['kind']} {r['state']}" for r in rows if r["state"] in ("waiting", "sending")]

    def kill(self, service: Service) -> None:
        """SIGKILL, noted for the checker."""
        service.kill()
        self.kills.append(self.crowd.listen())

    def verdict(self) -> Verdict:
        """Stops everything in order and judges."""
        now = round(time.time() * 1_000_000 + float(self.crowd.sandbox.clock()["offset_s"]) * 1_000_000)
        for service in self.services:
            service.stop()
        self.crowd.listen()
        return check(self.crowd, Base(self.url), self.kills, now)


@contextmanager
def stage(url: str, folder: Path, services: int = 1, seed: int = 20261122, lease_s: float = 30) -> Iterator[Stage]:
    """``url``: a migrated database. What still runs at the end is killed."""
    with ExitStack() as stack:
        nursery = stack.enter_context(Nursery())
        ports = [free_port() for _ in range(services)]
        config = sandbox_config(ports[0])
        sandbox = stack.enter_context(running_sandbox(**config, log_file=str(folder / "sandbox.jsonl")))
        shared = settings(config, sandbox.url, ports[0], url, folder, lease_s)
        made = [
            Service({**shared, "HTTP_PORT": str(p), "PUBLIC_URL": f"http://127.0.0.1:{p}"}, folder / f"service-{p}.log", nursery)
            for p in ports
        ]  # fmt: skip
        stack.callback(lambda: [service.kill() for service in made if service.pid])
        yield Stage(Crowd(sandbox, seed), made, url, lease_s)
