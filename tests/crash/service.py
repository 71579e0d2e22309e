"""The service as a process that is started, killed and started again."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

ROOT = Path(__file__).resolve().parents[2]
UP_S = 60.0


class Nursery:
    """The process that forks services (``tests.crash.nursery``). Ends with its ``with`` block."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.crash.nursery"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(10)

    def ask(self, **wish: Any) -> dict[str, Any]:
        """One wish, one answer."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the nursery has died")
        return dict(json.loads(line))


class Service:
    """One service. ``nursery`` None starts it cold, as an operator does (``python -m app.cli run``)."""

    def __init__(self, env: dict[str, str], log: Path, nursery: Nursery | None = None) -> None:
        self.env = env
        self.log = log
        self.nursery = nursery
        self.pid = 0
        self._cold: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{env['HTTP_PORT']}"

    def start(self, crash_point: str = "", cold: bool = False) -> None:
        """Starts; does not wait. ``cold`` imports everything anew even where there is a nursery."""
        env = {**self.env, "CRASH_POINT": crash_point}
        if self.nursery and not cold:
            self._cold = None
            self.pid = int(self.nursery.ask(start=env, log=str(self.log))["pid"])
            return
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "app.cli", "run"]
            self._cold = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        self.pid = self._cold.pid

    def code(self) -> int | None:
        """The exit code, None while it runs; minus the signal for a killed one."""
        if self._cold is not None:
            return self._cold.poll()
        assert self.nursery
        return self._seen(self.nursery.ask(poll=self.pid)["code"]) if self.pid else self._last

    _last: int | None = None

    def _seen(self, code: int | None) -> int | None:
        if code is not None:  # a process can be waited for only once
            self.pid, self._last = 0, code
        return code

    def ready(self) -> bool:
        """Whether it serves and reaches its database. "Not ready" for an old row in the outbox is no reason to wait here: after a jump
        of the clock every row is old, and it is the service that has to send it."""
        try:
            return bool(httpx.get(f"{self.url}/readyz", timeout=2, trust_env=False).json().get("database"))
        except (httpx.TransportError, ValueError):
            return False

    def wait_ready(self) -> float:
        """Seconds until it was ready; raises RuntimeError with the end of its log when it ended instead."""
        began = time.monotonic()
        while not self.ready():
            if (code := self.code()) is not None:
                raise RuntimeError(f"the service ended with {code}: {self.log.read_text('utf-8')[-2000:]}")
            if time.monotonic() - began > UP_S:
                raise TimeoutError("the service did not come up")
            time.sleep(0.01)
        return time.monotonic() - began

    def kill(self) -> None:
        """As a power cut would."""
        self._signal(signal.SIGKILL)
        self.wait(10)

    def stop(self, within_s: float = 25) -> float:
        """As an operator does; seconds until it was gone."""
        began = time.monotonic()
        self._signal(signal.SIGTERM)
        self.wait(within_s)
        return time.monotonic() - began

    def _signal(self, number: int) -> None:
        if self.code() is None:
            os.kill(self.pid, number)

    def wait(self, within_s: float) -> int:
        """Its exit code; raises TimeoutError."""
        end = time.monotonic() + within_s
        while (code := self.code()) is None:
            if time.monotonic() > end:
                raise TimeoutError("the service does not end")
            time.sleep(0.005)
        return code
