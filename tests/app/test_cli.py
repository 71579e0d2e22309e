"""The command line: whatever keeps a command from working is one sentence on standard error and exit code 1."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.clinic import load_clinic
from app.clock import machine_clock
from app.crash import NoSuchPoint, kill_at
from desk.enrolment import redeem
from desk.points import POINTS
from desk.receive import Moment
from payments.notices import KINDS, VERSION
from storage import enrolments
from storage.beside import Beside
from tests.app.whole import ROOT, clean_environment

pytestmark = pytest.mark.enable_socket

KEY = "0123456789abcdef0123456789abcdef"


def second_look(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command in an empty folder, with these settings and no others."""
    env = clean_environment(PYTHONPATH=str(ROOT), **settings)
    command = [sys.executable, "-m", "app.cli", *words]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120)


def sentence_of(done: subprocess.CompletedProcess[str]) -> str:
    """Standard error of a command that was refused."""
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    assert done.stdout == ""
    return done.stderr


def settings_of(folder: Path) -> dict[str, str]:
    return {
        "SECRET_KEY": KEY,
        "DATABASE_URL": f"sqlite:///{folder}/second-look.db",
        "FILES_URL": f"file://{folder}/files",
        "UPLOADS_FOLDER": f"{folder}/uploads",
        "CLINIC_FILE": str(ROOT / "clinic.example.toml"),
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
    }


@pytest.mark.parametrize("command", ["run", "migrate", "check"])
def test_wrong_settings_end_every_command_with_a_sentence(tmp_path: Path, command: str) -> None:
    """A bare machine without .env is told which setting is missing."""
    assert sentence_of(second_look(tmp_path, command)).startswith("SECRET_KEY: ")


def test_a_missing_database_is_named_with_the_command_that_makes_it(tmp_path: Path) -> None:
    """Neither check nor run makes a database by themselves."""
    for command in ("check", "run"):
        sentence = sentence_of(second_look(tmp_path, command, **settings_of(tmp_path)))
        assert "second-look migrate" in sentence
    assert not (tmp_path / "second-look.db").exists()


def test_a_missing_clinic_file_is_named(tmp_path: Path) -> None:
    """The sentence says what to copy."""
    wrong = settings_of(tmp_path) | {"CLINIC_FILE": "clinic.toml"}
    assert "copy clinic.example.toml" in sentence_of(second_look(tmp_path, "check", **wrong))


def test_an_unknown_part_is_refused_with_the_parts_there_are(tmp_path: Path) -> None:
    """A slip of the pen does not start a service that does nothing."""
    sentence = sentence_of(second_look(tmp_path, "run", "--only", "kitchen", **settings_of(tmp_path)))
    assert "kitchen is no part" in sentence
    assert "owner, staff, sms, payments, uploads, clock" in sentence


def test_an_unknown_crash_point_is_refused_with_the_points_there_are(tmp_path: Path) -> None:
    """A rehearsal that would never die proves nothing."""
    made = second_look(tmp_path, "migrate", **settings_of(tmp_path))
    assert made.returncode == 0, made.stderr
    sentence = sentence_of(second_look(tmp_path, "run", **settings_of(tmp_path), CRASH_POINT="lunch:2"))
    assert "lunch:2 is unknown" in sentence
    assert all(point in sentence for point in POINTS)


@pytest.mark.parametrize("wish", ["", "lunch", "committed:x", "committed:-1", "Committed", "sent:3:4"])
def test_crash_points_are_taken_by_their_exact_names(wish: str) -> None:
    """Name, or name and count; nothing else."""
    with pytest.raises(NoSuchPoint):
        kill_at(wish)


def test_a_crash_point_kills_at_its_count_and_not_before(tmp_path: Path) -> None:
    """The third time the point is reached the process is gone, as by a power cut: no clean-up runs."""
    program = (
        "from app.crash import kill_at\nhook = kill_at('sent:3')\n"
        "try:\n    for n in range(5):\n        hook('taken'); print(n, flush=True); hook('sent')\nfinally:\n    print('cleaned up')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout.split() == ["0", "1", "2"]


def test_migrate_then_check_is_all_right(tmp_path: Path) -> None:
    """The order that the operations page gives works on an empty folder, and migrating twice is harmless."""
    settings = settings_of(tmp_path)
    for words in (["migrate"], ["migrate"], ["check"]):
        done = second_look(tmp_path, *words, **settings)
        assert done.returncode == 0, done.stderr
    assert "2 doctors" in done.stdout
    assert "Payments by card" not in done.stdout
    by_card = {"STRIPE_SECRET_KEY": "sk_test_" + "0" * 32, "STRIPE_WEBHOOK_SECRET": "whsec_" + "0" * 32}
    told = second_look(tmp_path, "check", **settings, **by_card)
    assert (told.returncode, told.stderr) == (0, "")
    assert f"version {VERSION} " in told.stdout
    assert all(kind in told.stdout for kind in KINDS)


def test_a_currency_that_telegram_does_not_take_stops_the_start(tmp_path: Path) -> None:
    """With a sentence, before the first owner is shown a fee that nobody can pay."""
    clinic = tmp_path / "clinic.toml"
    clinic.write_text(
        (ROOT / "clinic.example.toml").read_text().replace('"TWD"', '"KWD"').replace("fee = 300000", "fee = 12340")
    )
    settings = settings_of(tmp_path) | {"CLINIC_FILE": str(clinic), "TELEGRAM_PROVIDER_TOKEN": "1:TEST:1"}
    settings |= {
        "OWNER_BOT_TOKEN": "1000001:" + "O" * 35,
        "STAFF_BOT_TOKEN": "1000002:" + "S" * 35,
        "STAFF_CHAT_ID": "-1001",
    }
    assert second_look(tmp_path, "migrate", **settings).returncode == 0
    assert "no invoices in KWD" in sentence_of(second_look(tmp_path, "run", **settings))


def test_a_doctors_calendar_has_one_address_until_another_is_wanted(tmp_path: Path) -> None:
    """And a slip of the pen is told who there is."""
    settings = settings_of(tmp_path)
    assert second_look(tmp_path, "migrate", **settings).returncode == 0
    words = (["lin"], ["lin"], ["lin", "--new"], ["lin"], ["wang"])
    found = [second_look(tmp_path, "calendar", *one, **settings).stdout.strip() for one in words]
    assert "/calendar/lin.1." in found[0]
    assert found[0] == found[1]
    assert found[2] == found[3] != found[0]
    assert "/calendar/wang.1." in found[4]
    assert "there are lin, wang" in sentence_of(second_look(tmp_path, "calendar", "lim", **settings))


def test_a_doctor_is_enrolled_by_a_code_from_the_command_line_and_dismissed_by_it(tmp_path: Path) -> None:
    """The code that is printed is the one that counts."""
    settings = settings_of(tmp_path)
    assert second_look(tmp_path, "migrate", **settings).returncode == 0
    done = second_look(tmp_path, "enrol", "wang", **settings)
    code = re.search(r"/start ([A-Z0-9-]{14})\n", done.stdout)
    assert code, done.stdout + done.stderr
    moment = Moment(machine_clock(), load_clinic(ROOT / "clinic.example.toml"), "token", "0" * 24)
    beside = Beside(settings["DATABASE_URL"])
    try:
        said = beside.write(lambda conn: redeem(conn, code[1], 7001, "en", moment)).answer
        assert said
        assert "Dr. Wang" in said.text
        assert beside.read(enrolments.standing) == {"wang": 7001}
        assert second_look(tmp_path, "dismiss", "wang", **settings).returncode == 0
        assert beside.read(enrolments.standing) == {"wang": 0}
    finally:
        beside.close()
    assert "there are lin, wang" in sentence_of(second_look(tmp_path, "enrol", "lim", **settings))


def test_a_backup_is_written_once_and_never_over_another(tmp_path: Path) -> None:
    """The first copy is there and can be checked; the second is refused with a sentence."""
    settings = settings_of(tmp_path)
    assert second_look(tmp_path, "migrate", **settings).returncode == 0
    target = tmp_path / "copy.db"
    assert second_look(tmp_path, "backup", str(target), **settings).returncode == 0
    restored = settings | {"DATABASE_URL": f"sqlite:///{target}"}
    assert second_look(tmp_path, "check", **restored).returncode == 0
    assert "overwr" in sentence_of(second_look(tmp_path, "backup", str(target), **settings))


def test_check_names_a_store_of_files_that_cannot_be_used(tmp_path: Path) -> None:
    """Whoever installs the service reads it before the first owner comes; the key is not shown."""
    settings = settings_of(tmp_path)
    assert second_look(tmp_path, "migrate", **settings).returncode == 0
    secret = "words-of-the-key"
    away = {"FILES_URL": "s3://cats/records", "FILES_S3_ENDPOINT": "http://127.0.0.1:9", "FILES_S3_REGION": "x"}
    sentence = sentence_of(
        second_look(tmp_path, "check", **(settings | away), FILES_S3_KEY_ID="a", FILES_S3_SECRET=secret)
    )
    assert "bucket cats cannot be reached" in sentence
    assert secret not in sentence
    assert "folder or a bucket" in sentence_of(
        second_look(tmp_path, "check", **(settings | {"FILES_URL": "ftp://x/y"}))
    )


def test_records_are_copied_beside_the_database(tmp_path: Path) -> None:
    """An empty service has none; the folder is made, and the backup says where the records are."""
    settings = settings_of(tmp_path)
    assert second_look(tmp_path, "migrate", **settings).returncode == 0
    done = second_look(tmp_path, "copy-files", str(tmp_path / "copy"), **settings)
    assert (done.returncode, done.stdout.split(";")[0]) == (0, "Copied: 0 new files (0 bytes)")
    backup = second_look(tmp_path, "backup", str(tmp_path / "copy.db"), **settings)
    assert f"they are in file://{tmp_path}/files" in backup.stdout


def test_a_taken_port_ends_the_demo_with_a_sentence(tmp_path: Path) -> None:
    """The sentence names another port that can be tried."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sentence = sentence_of(second_look(tmp_path, "demo", "--port", str(port)))
    assert f"Port {port} is taken" in sentence
    assert "--port" in sentence
    assert os.listdir(tmp_path) == []


def test_help_lists_every_command_and_starts_quickly_enough(tmp_path: Path) -> None:
    """--help needs no settings."""
    done = second_look(tmp_path, "--help")
    assert done.returncode == 0
    for command in ("run", "migrate", "check", "backup", "copy-files", "erase", "settings", "play", "demo"):
        assert command in done.stdout
