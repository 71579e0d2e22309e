"""What a rehearsal is made of: the sandbox's configuration, the service's settings, a clinic with room for many calls."""

import os
import secrets
from pathlib import Path

from tests.sandbox_process import free_port

DOCTORS = ({"id": 9001, "name": "Dr. Lin"}, {"id": 9002, "name": "Dr. Wang"})
GROUP = -1001000000001
LEASE_S = 30.0  # the default; nobody waits for it, because the rehearsal's clock jumps over it after every kill
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def sandbox_config(service_port: int) -> dict[str, object]:
    """For ``tests.sandbox_process.running_sandbox``; fresh tokens for every rehearsal."""
    service = f"http://127.0.0.1:{service_port}"
    return {
        "owner_token": f"1000001:{secrets.token_urlsafe(26)}"[:43],
        "staff_token": f"1000002:{secrets.token_urlsafe(26)}"[:43],
        "staff_chat_id": GROUP,
        "staff_forum": True,
        "doctors": list(DOCTORS),
        "owners": [],
        "twilio_sid": "AC" + secrets.token_hex(16),
        "twilio_token": secrets.token_hex(16),
        "twilio_from": "+12025550100",
        "twilio_inbound_url": f"{service}/sms/inbound",
        "stripe_key": "sk_test_" + secrets.token_hex(16),
        "stripe_webhook_secret": "whsec_" + secrets.token_hex(16),
        "stripe_webhook_url": f"{service}/stripe/webhook",
    }


def settings(
    config: dict[str, object], sandbox_url: str, port: int, database_url: str, folder: Path, lease_s: float = LEASE_S
) -> dict[str, str]:
    """The environment of one service process that meets this sandbox."""
    clinic = folder / "clinic.toml"
    if not clinic.exists():
        clinic.write_text(clinic_toml(), "utf-8")
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "DATABASE_URL": database_url,
        "FILES_URL": f"file://{folder}/files",
        "UPLOADS_FOLDER": f"{folder}/uploads",
        "CLINIC_FILE": str(clinic),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HTTP_PORT": str(port),
        "SECRET_KEY": secrets.token_hex(32),
        "OWNER_BOT_TOKEN": str(config["owner_token"]),
        "STAFF_BOT_TOKEN": str(config["staff_token"]),
        "STAFF_CHAT_ID": str(GROUP),
        "TELEGRAM_API_URL": sandbox_url,
        "TELEGRAM_UPDATES": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": secrets.token_hex(32),
        "TWILIO_ACCOUNT_SID": str(config["twilio_sid"]),
        "TWILIO_AUTH_TOKEN": str(config["twilio_token"]),
        "TWILIO_FROM": str(config["twilio_from"]),
        "TWILIO_API_URL": sandbox_url,
        "STRIPE_SECRET_KEY": str(config["stripe_key"]),
        "STRIPE_WEBHOOK_SECRET": str(config["stripe_webhook_secret"]),
        "STRIPE_API_URL": sandbox_url,
        "CLOCK_URL": sandbox_url,
        "LEASE_SECONDS": str(lease_s),
        "LOG_LEVEL": "info",
    }


def clinic_toml() -> str:
    """A clinic that is open all week, so that hundreds of journeys find a time; English first, so that the group reads English."""
    hours = "\n".join(f'{day} = ["08:00-22:00"]' for day in _DAYS)
    doctors = "\n".join(
        f'[doctors.{key}]\nname = "{person["name"]}"\ntelegram = {person["id"]}\ndisciplines = ["imaging"]\n'
        f'languages = ["en"]\nzone = "Asia/Taipei"\n[doctors.{key}.hours]\n{hours}\n'
        for key, person in zip(("lin", "wang"), DOCTORS, strict=True)
    )
    return (
        'name = "Example Cat Hospital"\nsms_name = "Example Cat Hospital"\ncountry = "TW"\nzone = "Asia/Taipei"\n'
        'languages = ["en", "zh_Hant"]\ncurrency = "TWD"\nfee = 300000\ncall_minutes = 30\nlead_hours = 12\n'
        "review_hours = 24\nundo_seconds = 2\nquiet_from = 20:30:00\nquiet_to = 09:00:00\n" + doctors + "\n"
        '[[emergency]]\nname = "24-hour animal hospital"\nphone = "+886 2 0000 0000"\nnote = "open day and night"\n'
        '[sms.HK]\nprefix = "+852"\ntwo_way = true\n'
    )


def service_port() -> int:
    """A free port of the loopback address."""
    return free_port()
