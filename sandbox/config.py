"""What the sandbox is told at its start; every key has a default so that no file is needed."""

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from sandbox.shapes import Json


def _doctors() -> list[Json]:
    return [{"id": 9001, "name": "Dr. Lin"}, {"id": 9002, "name": "Dr. Wang"}]


def _outsiders() -> list[Json]:
    return [{"id": 9009, "name": "Visitor"}]


def _owners() -> list[Json]:
    return [{"id": 5001, "name": "Mei", "phone": "+886912345678", "language_code": "zh-hant"}]


@dataclass(frozen=True, slots=True)
class Config:
    """The start configuration; people are ``{"id", "name", "phone"?, "language_code"?}``."""

    owner_token: str = "1000001:owner-sandbox-token-AAAAAAAAAAAAAAAAAAA"
    staff_token: str = "1000002:staff-sandbox-token-BBBBBBBBBBBBBBBBBBB"
    staff_chat_id: int = -1001000000001
    staff_forum: bool = True
    doctors: list[Json] = field(default_factory=_doctors)
    outsiders: list[Json] = field(default_factory=_outsiders)
    owners: list[Json] = field(default_factory=_owners)
    twilio_sid: str = "AC" + "0123456789abcdef" * 2
    twilio_token: str = "sandbox-twilio-token"
    twilio_from: str = "+12025550100"
    twilio_inbound_url: str = "http://127.0.0.1:8080/sms/inbound"
    stripe_key: str = "sk_test_sandbox"
    stripe_webhook_secret: str = "whsec_sandbox"
    stripe_webhook_url: str = "http://127.0.0.1:8080/stripe/webhook"
    log_file: str | None = None
    epoch: str | None = None
    public_url: str = ""


def load(path: str | None, public_url: str) -> Config:
    """Read the JSON file; raises ``SystemExit`` with the name of a key that is not known."""
    given = orjson.loads(Path(path).read_bytes()) if path else {}
    known = {entry.name for entry in dataclasses.fields(Config)}
    if unknown := sorted(set(given) - known):
        raise SystemExit(f"unknown configuration key: {', '.join(unknown)}")
    return Config(**{"public_url": public_url, **given})
