"""The bots that are measured: how each is made ready, started, and when it is up."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.machine import ROOT
from bench.scripts import OUR_INTAKE, TWELVE_QUESTIONS, Script
from bench.telegram import OWNER_TOKEN, STAFF_CHAT, STAFF_TOKEN, Telegram

SECRET = "bench-webhook-secret-of-at-least-32-characters"
OURS, PEER = "ours", "aiogram-memory"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bot works in this round: its port, the fake API's port, and a folder that goes away afterwards."""

    port: int
    api_port: int
    folder: Path


@dataclass(frozen=True, slots=True)
class Bot:
    """``prepare`` runs before the start. ``settings`` gives the environment. ``up``: whether it is, where a listening port does not tell."""

    name: str
    module: tuple[str, ...]
    path: str
    script: Script
    settings: Callable[[Place], Mapping[str, str]]
    prepare: tuple[str, ...] = ()
    up: Callable[[Telegram], bool] | None = None

    def command(self) -> list[str]:
        """The command line, by the interpreter that runs the driver."""
        return [sys.executable, "-m", *self.module]

    def make_ready(self, env: Mapping[str, str]) -> None:
        """What has to be done once before the start, such as making the tables."""
        if self.prepare:
            subprocess.run(
                [sys.executable, "-m", *self.prepare], env=dict(env), cwd=ROOT, check=True, stdout=subprocess.DEVNULL
            )


def _our_settings(place: Place) -> Mapping[str, str]:
    """All parts are on, as at the clinic; the providers' addresses lead to the fake API, and their keys open nothing."""
    api = f"http://127.0.0.1:{place.api_port}"
    return {
        "DATABASE_URL": f"sqlite:///{place.folder}/second-look.db",
        "FILES_URL": f"file:{place.folder}/files",
        "UPLOADS_FOLDER": f"{place.folder}/uploads",
        "CLINIC_FILE": str(ROOT / "clinic.example.toml"),
        "PUBLIC_URL": f"http://127.0.0.1:{place.port}",
        "HTTP_PORT": str(place.port),
        "SECRET_KEY": SECRET,
        "OWNER_BOT_TOKEN": OWNER_TOKEN,
        "STAFF_BOT_TOKEN": STAFF_TOKEN,
        "STAFF_CHAT_ID": str(STAFF_CHAT),
        "TELEGRAM_API_URL": api,
        "TELEGRAM_UPDATES": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "0" * 32,
        "TWILIO_FROM": "+12025550100",
        "TWILIO_API_URL": api,
        "STRIPE_SECRET_KEY": "sk_test_" + "0" * 32,
        "STRIPE_WEBHOOK_SECRET": "whsec_" + "0" * 32,
        "STRIPE_API_URL": api,
    }


def _peer_settings(place: Place) -> Mapping[str, str]:
    return {
        "BOT_TOKEN": OWNER_TOKEN,
        "API_BASE": f"http://127.0.0.1:{place.api_port}",
        "WEBHOOK_PORT": str(place.port),
        "WEBHOOK_PATH": "/webhook",
        "WEBHOOK_SECRET": SECRET,
    }


def _both_webhooks_set(telegram: Telegram) -> bool:
    return telegram.webhook_checked(OWNER_TOKEN) and telegram.webhook_checked(STAFF_TOKEN)


BOTS = (
    Bot(
        OURS,
        ("app.cli", "run"),
        "/telegram/owner",
        OUR_INTAKE,
        _our_settings,
        prepare=("app.cli", "migrate"),
        up=_both_webhooks_set,
    ),
    Bot(PEER, ("bench.peer.aiogram_fsm",), "/webhook", TWELVE_QUESTIONS, _peer_settings),
)
