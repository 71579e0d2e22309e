"""The whole thing for a test: the sandbox and the service as processes of their own, on free ports, in a folder of the test's own."""

import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from tests.sandbox_process import Sandbox, free_port, running_sandbox

ROOT = Path(__file__).resolve().parents[2]
GROUP = -1001000000001
UP_S = 90  # a machine with two busy cores needs a while to import everything


@dataclass(slots=True)
class Whole:
    """What runs. ``secrets`` are all secret values that the service was given, by name."""

    sandbox: Sandbox
    url: str
    folder: Path
    secrets: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def log(self) -> str:
        """Everything that the service has logged so far."""
        return (self.folder / "service.log").read_text("utf-8", "replace")


def clean_environment(**settings: str) -> dict[str, str]:
    """The environment of a process of ours: nothing of the tester's own settings, and these."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "PYTHONDONTWRITEBYTECODE")
    return {name: os.environ[name] for name in kept if name in os.environ} | settings


def clinic_file(folder: Path, first_language: str) -> Path:
    """The example clinic with this language as the doctors' group's own, and little time for an undo."""
    text = (ROOT / "clinic.example.toml").read_text("utf-8")
    order = '["en", "zh_Hant"]' if first_language == "en" else '["zh_Hant", "en"]'
    file = folder / "clinic.toml"
    text = re.sub(r"^languages = .*$", f"languages = {order}", text, count=1, flags=re.MULTILINE)
    file.write_text(re.sub(r"^undo_seconds = \d+", "undo_seconds = 2", text, flags=re.MULTILINE), "utf-8")
    return file


@contextmanager
def running_whole(folder: Path, group_language: str = "en", log_level: str = "warning") -> Iterator[Whole]:
    """Sandbox and service, both up; ended again whatever happens. Raises RuntimeError with the log when the service does not start."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    hidden = {
        "OWNER_BOT_TOKEN": f"1000001:{secrets.token_urlsafe(30)}"[:43],
        "STAFF_BOT_TOKEN": f"1000002:{secrets.token_urlsafe(30)}"[:43],
        "TELEGRAM_WEBHOOK_SECRET": secrets.token_hex(32),
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "STRIPE_SECRET_KEY": "sk_test_" + secrets.token_hex(16),
        "STRIPE_WEBHOOK_SECRET": "whsec_" + secrets.token_hex(16),
        "SECRET_KEY": secrets.token_hex(32),
    }
    sid = "AC" + secrets.token_hex(16)
    config = {
        "owner_token": hidden["OWNER_BOT_TOKEN"],
        "staff_token": hidden["STAFF_BOT_TOKEN"],
        "staff_chat_id": GROUP,
        "twilio_sid": sid,
        "twilio_token": hidden["TWILIO_AUTH_TOKEN"],
        "twilio_inbound_url": f"{url}/sms/inbound",
        "stripe_key": hidden["STRIPE_SECRET_KEY"],
        "stripe_webhook_secret": hidden["STRIPE_WEBHOOK_SECRET"],
        "stripe_webhook_url": f"{url}/stripe/webhook",
    }
    with running_sandbox(**config) as sandbox:
        env = clean_environment(
            **hidden,
            DATABASE_URL=f"sqlite:///{folder}/second-look.db",
            FILES_URL=f"file://{folder}/files",
            UPLOADS_FOLDER=f"{folder}/uploads",
            CLINIC_FILE=str(clinic_file(folder, group_language)),
            PUBLIC_URL=url,
            HTTP_PORT=str(port),
            STAFF_CHAT_ID=str(GROUP),
            TELEGRAM_API_URL=sandbox.url,
            TELEGRAM_UPDATES="webhook",
            TWILIO_ACCOUNT_SID=sid,
            TWILIO_FROM="+12025550100",
            TWILIO_API_URL=sandbox.url,
            STRIPE_API_URL=sandbox.url,
            CLOCK_URL=sandbox.url,
            LOG_LEVEL=log_level,
        )
        command = [sys.executable, "-m", "app.cli"]
        subprocess.run([*command, "migrate"], env=env, cwd=ROOT, check=True, capture_output=True, timeout=UP_S)
        with (folder / "service.log").open("wb") as log:
            process = subprocess.Popen([*command, "run"], env=env, cwd=ROOT, stdout=log, stderr=log)
        whole = Whole(sandbox, url, folder, hidden, process)
        try:
            _wait_until_ready(whole)
            yield whole
        finally:
            process.terminate()
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def _wait_until_ready(whole: Whole) -> None:
    end = time.monotonic() + UP_S
    assert whole.process is not None
    while time.monotonic() < end and whole.process.poll() is None:
        try:
            with urlopen(f"{whole.url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The service did not start:\n{whole.log[-3000:]}")
