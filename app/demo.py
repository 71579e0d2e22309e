"""The demo: a fresh database, the sandbox and the service as processes of their own, talking over real HTTP on this machine."""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import typer

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path("var/demo")
UP_S = 40


class DemoFailed(Exception):
    """A sentence for the person at the terminal."""


def run_demo(*, autoplay: bool, port: int, language: str, database_url: str) -> int:
    """Starts everything and waits, or plays one story; gives the exit code."""
    if not _free(port):
        raise DemoFailed(f"Port {port} is taken. Choose another: second-look demo --port {port + 1}")
    for number in (
        signal.SIGTERM,
        signal.SIGINT,
    ):  # ended either way, it takes its processes along; a shell may have left SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    folder = FOLDER / str(port)  # a folder of its own, so that two demos do not take each other's database
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    service_port = _free_port()
    world = _world(service_port, folder)
    (folder / "sandbox.json").write_text(json.dumps(world), "utf-8")
    url = f"http://127.0.0.1:{port}"
    sandbox = ["-m", "sandbox", "--port", str(port), "--config", str(folder / "sandbox.json")]
    with _process(sandbox, {}, folder / "sandbox.log"):
        _wait(f"{url}/sandbox/people", folder / "sandbox.log")
        env = _settings(world, url, service_port, database_url or f"sqlite:///{folder}/second-look.db", folder)
        subprocess.run(
            [sys.executable, "-m", "app.cli", "migrate"], env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
        with _process(["-m", "app.cli", "run"], env, folder / "service.log"):
            _wait(f"http://127.0.0.1:{service_port}/readyz", folder / "service.log")
            return _play(url, language) if autoplay else _stay(url)


def _play(url: str, language: str) -> int:
    return subprocess.run(
        [sys.executable, "-m", "sandbox.story", "--url", url, "--language", language], cwd=ROOT
    ).returncode


def _stay(url: str) -> int:
    try:
        typer.secho(f"\nSecond Look is running. Open {url} and play everybody. Ctrl-C ends it.\n", fg="green")
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:  # also in the moment in which the words above are written
        return 0


def _world(service_port: int, folder: Path) -> dict[str, object]:
    service = f"http://127.0.0.1:{service_port}"
    return {
        "owner_token": f"1000001:{secrets.token_urlsafe(26)}"[:43],
        "staff_token": f"1000002:{secrets.token_urlsafe(26)}"[:43],
        "staff_chat_id": -1001000000001,
        "staff_forum": True,
        "doctors": [{"id": 9001, "name": "Dr. Lin"}, {"id": 9002, "name": "Dr. Wang"}],
        "outsiders": [{"id": 9009, "name": "Visitor"}],
        "owners": [
            {"id": 5001, "name": "Mei", "phone": "+886912345678", "language_code": "zh-hant"},
            {"id": 5002, "name": "Anna", "phone": "+85291234567", "language_code": "en"},
        ],
        "twilio_sid": "AC" + secrets.token_hex(16),
        "twilio_token": secrets.token_hex(16),
        "twilio_from": "+12025550100",
        "twilio_inbound_url": f"{service}/sms/inbound",
        "stripe_key": "sk_test_" + secrets.token_hex(16),
        "stripe_webhook_secret": "whsec_" + secrets.token_hex(16),
        "stripe_webhook_url": f"{service}/stripe/webhook",
        "log_file": str(folder / "sandbox.jsonl"),
    }


def _clinic_file(folder: Path) -> Path:
    """The example clinic, with less time for an undo: nobody wants to wait two minutes in a demo."""
    text = (ROOT / "clinic.example.toml").read_text("utf-8")
    file = folder / "clinic.toml"
    file.write_text(re.sub(r"^undo_seconds = \d+", "undo_seconds = 5", text, flags=re.MULTILINE), "utf-8")
    return file.resolve()


def _settings(world: dict[str, object], url: str, service_port: int, database_url: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "FILES_URL": f"file:{folder}/files",
        "UPLOADS_FOLDER": f"{folder}/uploads",
        "CLINIC_FILE": str(_clinic_file(folder)),
        "PUBLIC_URL": f"http://127.0.0.1:{service_port}",
        "HTTP_PORT": str(service_port),
        "SECRET_KEY": secrets.token_hex(32),
        "OWNER_BOT_TOKEN": str(world["owner_token"]),
        "STAFF_BOT_TOKEN": str(world["staff_token"]),
        "STAFF_CHAT_ID": str(world["staff_chat_id"]),
        "TELEGRAM_API_URL": url,
        "TELEGRAM_UPDATES": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": secrets.token_hex(32),
        "TWILIO_ACCOUNT_SID": str(world["twilio_sid"]),
        "TWILIO_AUTH_TOKEN": str(world["twilio_token"]),
        "TWILIO_FROM": str(world["twilio_from"]),
        "TWILIO_API_URL": url,
        "STRIPE_SECRET_KEY": str(world["stripe_key"]),
        "STRIPE_WEBHOOK_SECRET": str(world["stripe_webhook_secret"]),
        "STRIPE_API_URL": url,
        "CLOCK_URL": url,
        "LOG_LEVEL": "warning",
    }


@contextmanager
def _process(args: list[str], env: dict[str, str], log_file: Path) -> Iterator[None]:
    with log_file.open("wb") as log:
        started = subprocess.Popen([sys.executable, *args], env=env or None, cwd=ROOT, stdout=log, stderr=log)
        try:
            yield
        finally:
            started.terminate()
            try:
                started.wait(25)
            except subprocess.TimeoutExpired:
                started.kill()


def _wait(url: str, log_file: Path) -> None:
    end = time.monotonic() + UP_S
    while time.monotonic() < end:
        try:
            with urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise DemoFailed(f"The {log_file.stem} did not start:\n" + log_file.read_text("utf-8")[-2000:])


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
