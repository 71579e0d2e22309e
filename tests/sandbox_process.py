"""Starts the sandbox as a process of its own on a free port and gives thin methods for its control calls."""

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

_ROOT = Path(__file__).resolve().parent.parent

OWNER_TOKEN = "1000001:owner-for-tests-AAAAAAAAAAAAAAAAAAAAAA"


def free_port() -> int:
    """A port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Sandbox:
    """A running sandbox; its methods are the control calls of ``docs/sandbox.md``; raises ``HTTPStatusError``."""

    def __init__(self, url: str, process: subprocess.Popen[bytes]) -> None:
        self.url = url
        self.process = process
        self.http = httpx.Client(base_url=url, timeout=90, trust_env=False)

    def _read(self, path: str, **query: Any) -> Any:
        answer = self.http.get(f"/sandbox/{path}", params={k: v for k, v in query.items() if v is not None})
        return answer.raise_for_status().json()

    def _do(self, path: str, **body: Any) -> Any:
        answer = self.http.post(f"/sandbox/{path}", json={k: v for k, v in body.items() if v is not None})
        return answer.raise_for_status().json()

    def people(self) -> dict[str, Any]:
        """Who there is."""
        return dict(self._read("people"))

    def chat(self, who: int, chat: int | str = 0, after: int = 0) -> dict[str, Any]:
        """What this person sees there."""
        return dict(self._read("chat", **{"as": who}, chat=chat, after=after))

    def send(self, who: int, text: str, chat: int | str = 0, **more: Any) -> int:
        """A person writes (``reply_to``, ``thread``); gives the message's number."""
        return int(self._do("send", **{"as": who}, chat=chat, text=text, **more)["message_id"])

    def press(self, who: int, message_id: int, button: str | None = None, chat: int | str = 0, **more: Any) -> str:
        """A person presses a button, by its words or by ``data=``; gives the callback query's id."""
        body = {"as": who, "chat": chat, "message_id": message_id, "button": button, **more}
        return str(self._do("press", **body)["callback_query_id"])

    def callback(self, query: str) -> dict[str, Any] | None:
        """The bot's answer to a press, once given."""
        answer: dict[str, Any] | None = self._read(f"callback/{query}")
        return answer

    def contact(self, who: int, chat: int | str = 0, **more: Any) -> int:
        """A person shares a contact (``phone``, ``user_id``)."""
        return int(self._do("contact", **{"as": who}, chat=chat, **more)["message_id"])

    def files(
        self,
        who: int,
        files: list[tuple[str, bytes, str]],
        kind: str = "photo",
        caption: str = "",
        chat: int | str = 0,
    ) -> list[int]:
        """A person sends files of the form (name, bytes, type); many are one album."""
        form = {"as": str(who), "chat": str(chat), "kind": kind, "caption": caption}
        parts = [("file", file) for file in files]
        answer = self.http.post("/sandbox/files", data=form, files=parts).raise_for_status()
        return [int(number) for number in answer.json()["message_ids"]]

    def block(self, who: int, bot: str = "owner") -> None:
        """A person blocks a bot."""
        self._do("block", **{"as": who}, bot=bot)

    def unblock(self, who: int, bot: str = "owner") -> None:
        """A person takes the block away."""
        self._do("unblock", **{"as": who}, bot=bot)

    def migrate(self, chat: int) -> int:
        """The group gets a new id, which is given back."""
        return int(self._do("migrate", chat=chat)["chat"])

    def phone(self, number: str) -> list[dict[str, Any]]:
        """The texts on this phone."""
        return list(self._read("phone", number=number)["messages"])

    def sms(self, sender: str, body: str) -> str:
        """An owner's text; gives its sid."""
        return str(self._do("sms", **{"from": sender}, body=body)["sid"])

    def sms_status(self, sid: str, status: str, error_code: int | None = None) -> None:
        """A further status of a text."""
        self._do("sms/status", sid=sid, status=status, error_code=error_code)

    def pay(self, session: str, outcome: str = "paid") -> dict[str, Any]:
        """What the pay page's buttons do."""
        return dict(self._do("pay", session=session, outcome=outcome))

    def clock(self) -> dict[str, Any]:
        """The sandbox's time."""
        return dict(self._read("clock"))

    def advance(self, seconds: float) -> dict[str, Any]:
        """Move the clock."""
        return dict(self._do("clock", advance_s=seconds))

    def fault(self, on: str, kind: str, **more: Any) -> None:
        """Add a fault (``method``, ``times``, ``retry_after``, ``delay_s``)."""
        self._do("faults", on=on, kind=kind, **more)

    def clear_faults(self) -> None:
        """Drop all faults."""
        self.http.delete("/sandbox/faults").raise_for_status()

    def log(self, after: int = 0, kind: str | None = None) -> list[dict[str, Any]]:
        """The ground truth."""
        return list(self._read("log", after=after, kind=kind))

    def requests(self, after: int = 0) -> list[dict[str, Any]]:
        """Every provider request as it was decoded."""
        return list(self._read("requests", after=after))

    def pending(self) -> dict[str, int]:
        """What is not yet acknowledged."""
        return dict(self._read("pending"))

    def redeliver(self, **wanted: Any) -> dict[str, Any]:
        """Hand recorded updates, events or texts over again."""
        return dict(self._do("redeliver", **wanted))

    def control(self, path: str, **body: Any) -> Any:
        """Any other control call."""
        return self._do(path, **body)

    def reset(self, keep_webhooks: bool = False) -> None:
        """Empty everything."""
        self._do("reset", keep_webhooks=keep_webhooks)

    def until(self, ready: Callable[[], Any], seconds: float = 10.0) -> Any:
        """Ask again until the answer is true, and give it; raises ``TimeoutError``."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := ready():
                return found
            time.sleep(0.02)
        raise TimeoutError(f"not within {seconds} s")


@contextmanager
def running_sandbox(**config: Any) -> Iterator[Sandbox]:
    """A sandbox with this configuration (``port`` may be given), stopped at the end."""
    port = config.pop("port", None) or free_port()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(config, file)
        file.flush()
        command = [sys.executable, "-m", "sandbox", "--port", str(port), "--config", file.name]
        process = subprocess.Popen(command, cwd=_ROOT)
        sandbox = Sandbox(f"http://127.0.0.1:{port}", process)
        try:
            _wait_until_up(sandbox)
            yield sandbox
        finally:
            sandbox.http.close()
            process.terminate()
            process.wait(10)


def _wait_until_up(sandbox: Sandbox) -> None:
    for _ in range(600):
        if sandbox.process.poll() is not None:
            raise RuntimeError("the sandbox ended at its start")
        try:
            sandbox.http.get("/sandbox/clock")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the sandbox did not come up")
