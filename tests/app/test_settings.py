"""Settings: each refusal names the field, the fault and an example, and no refusal shows the value of a secret."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import Settings, WrongSetting, load_settings
from tests.app.whole import ROOT, clean_environment

CANARY = "Canary-7f3a9c"
GOOD = {
    "SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "TELEGRAM_API_URL": "http://127.0.0.1:9",
}

# changed settings, the field that must be named, a word of the fault, a word of the example
REFUSED = [
    ({"SECRET_KEY": CANARY}, "SECRET_KEY", "32 characters", "openssl rand"),
    ({"SECRET_KEY": "change-me"}, "SECRET_KEY", "missing", "openssl rand"),
    (
        {"TELEGRAM_UPDATES": "webhook", "TELEGRAM_WEBHOOK_SECRET": CANARY},
        "TELEGRAM_WEBHOOK_SECRET",
        "32 characters",
        "Example",
    ),
    (
        {"OWNER_BOT_TOKEN": f"1:{CANARY}", "STAFF_BOT_TOKEN": f"1:{CANARY}"},
        "STAFF_BOT_TOKEN",
        "same as OWNER_BOT_TOKEN",
        "bot of its own",
    ),
    ({"TWILIO_ACCOUNT_SID": "AC0123", "TWILIO_AUTH_TOKEN": CANARY}, "TWILIO_FROM", "needed", "+12025550100"),
    ({"STRIPE_SECRET_KEY": f"sk_live_{CANARY}"}, "STRIPE_WEBHOOK_SECRET", "needed", "whsec_"),
    ({"FILES_URL": "s3://cats", "FILES_S3_SECRET": CANARY}, "FILES_S3_SECRET", "FILES_S3_KEY_ID", "own role"),
    ({"STAFF_CHAT_ID": CANARY}, "STAFF_CHAT_ID", "integer", "-1001234567890"),
]
NO_EXAMPLE = [
    ({"HTTP_PORT": "70000"}, "HTTP_PORT", "less than or equal to 65535"),
    ({"HTTP_PORT": "eighty"}, "HTTP_PORT", "integer"),
    ({"TELEGRAM_UPDATES": "carrier pigeon"}, "TELEGRAM_UPDATES", "'webhook' or 'polling'"),
    ({"LOG_LEVEL": "loud"}, "LOG_LEVEL", "'info'"),
    ({"LEASE_SECONDS": "1"}, "LEASE_SECONDS", "greater than 2"),
]


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only what a test sets, and no .env file of the tester's."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def refusal(monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]) -> str:
    for name, value in (GOOD | changes).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(WrongSetting) as refused:
        load_settings()
    return str(refused.value)


@pytest.mark.parametrize(("changes", "field", "fault", "example"), REFUSED)
def test_a_refusal_names_the_field_the_fault_and_an_example(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], field: str, fault: str, example: str
) -> None:
    """The operator reads what is wrong and what right looks like, and never the secret that was given."""
    sentence = refusal(monkeypatch, changes)
    assert sentence.startswith(f"{field}: ")
    assert fault in sentence
    assert example in sentence
    assert CANARY not in sentence


@pytest.mark.parametrize(("changes", "field", "fault"), NO_EXAMPLE)
def test_a_value_outside_its_bounds_is_refused_with_the_bounds(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], field: str, fault: str
) -> None:
    """Where the permitted values are themselves the example, they are said."""
    sentence = refusal(monkeypatch, changes)
    assert sentence.startswith(f"{field}: ")
    assert fault in sentence


def test_several_wrong_settings_are_named_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """One start shows all fields that are wrong by themselves, one a line."""
    lines = refusal(monkeypatch, {"HTTP_PORT": "0", "STAFF_CHAT_ID": "group"}).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["HTTP_PORT", "STAFF_CHAT_ID"]


def test_secrets_do_not_print_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A settings object that slips into a log or a traceback shows stars."""
    secret = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    for number, name in enumerate(secret):
        monkeypatch.setenv(name.upper(), f"{number}:{CANARY}-{CANARY}-{CANARY}")
    settings = load_settings()
    assert len(secret) >= 9
    assert CANARY not in repr(settings) + str(settings)


def test_the_real_telegram_refuses_the_rehearsal_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that somebody can move must never tell the time to real owners."""
    for address in ("https://telegram.example", "http://127.0.0.1.example:80", ""):
        sentence = refusal(monkeypatch, {"CLOCK_URL": "http://127.0.0.1:8090", "TELEGRAM_API_URL": address})
        assert sentence.startswith("CLOCK_URL: ")


def test_the_real_telegram_refuses_crash_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that kills itself on purpose must not be one that owners rely on."""
    assert "rehearsals" in refusal(
        monkeypatch, {"CRASH_POINT": "committed", "TELEGRAM_API_URL": "https://telegram.example"}
    )


@pytest.mark.parametrize("address", ["http://127.0.0.1:8090", "http://localhost:8090", "http://[::1]:8090"])
def test_a_sandbox_on_this_machine_may_set_the_clock(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Rehearsals happen on loopback."""
    for name, value in (GOOD | {"CLOCK_URL": address, "TELEGRAM_API_URL": address}).items():
        monkeypatch.setenv(name, value)
    assert load_settings().clock_url == address


def test_env_example_is_what_the_settings_command_prints() -> None:
    """The file that is copied to .env never lags behind the settings class."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "settings"],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0
    assert done.stdout.decode() == (ROOT / ".env.example").read_text("utf-8")


def test_every_setting_says_what_it_means() -> None:
    """No field of the settings class is without a description."""
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_no_secret_has_a_default_that_works() -> None:
    """What stands in .env.example for a secret is either nothing or refused."""
    text = (ROOT / ".env.example").read_text("utf-8")
    for name, field in Settings.model_fields.items():
        if "SecretStr" in str(field.annotation):
            assert f"\n{name.upper()}=\n" in text or f"\n{name.upper()}=change-me\n" in text
