"""A talk in the terminal: buttons by number, everybody by a word, and a transcript that plays again to the same answers."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from app.rehearsal.player import play, written
from app.rehearsal.script import Impossible, span

ROOT = Path(__file__).parents[2]
TO_THE_SUMMARY = """\
8
[None of these]
[I agree to all of this]
[I agree to all of this]
[Go on]
[Taiwan]
1
Mimi
owner: 12
[Female, neutered]
[Kidneys]
[A few weeks ago]
[Skip these questions]
She drinks a lot\\nand eats little.
[None]
[Nothing yet]
[Within a week]
[Mostly good days]
[What matters most now?]
[That is all]
file: photo lab.jpg 2 MB
[Done]
[Go on]
contact: own +886 912 345 678
[Yes, by text too]
"""


def talk(*words: str, lines: str = "") -> Result:
    """The command with these lines typed into it."""
    return CliRunner().invoke(cli, ["play", *words], input=lines)


def test_a_talk_that_was_saved_plays_again_to_the_same_answers(tmp_path: Path) -> None:
    """From the first hello to the call that is paid for; owner, doctor and payment by one person."""
    target = tmp_path / "talk.txt"
    lines = TO_THE_SUMMARY + "[Send to the doctors]\nstaff: [Go]\nstaff reply: We can help.\npay\nwait: 2 days\nquit\n"
    done = talk("--language", "en", "--save", str(target), lines=lines)
    assert done.exit_code == 0, done.output
    assert "not possible" not in done.output
    assert "[1 " in done.output
    again = play(target)
    assert again.desk.case.status == "paid"
    assert again.desk.case.answers["cat_age"] == "12 y"
    assert written(again) == target.read_text("utf-8")


def test_a_talk_in_another_clinic_plays_again_in_that_clinic(tmp_path: Path) -> None:
    """The transcript names the clinic's file, as seen from where it stands."""
    target = tmp_path / "talk.txt"
    done = talk(
        "--language", "zh_Hant", "--clinic", str(ROOT / "clinic.example.toml"), "--save", str(target), lines="1\n"
    )
    assert done.exit_code == 0, done.output
    again = play(target)
    assert again.desk.case.language == "zh_Hant"
    assert len(again.desk.clinic.doctors) == 2
    assert written(again) == target.read_text("utf-8")


def test_what_nobody_could_do_is_one_sentence_and_not_part_of_the_transcript(tmp_path: Path) -> None:
    """The talk goes on behind it."""
    target = tmp_path / "talk.txt"
    wrong = ["77", "[Nowhere]", "pay", "wait: long", "wait: until soon", "wait: until 2001-01-01 10:00", "staff: [Go]",
             "staff Dr. Who: [Go]", "album: some", "pay: wrong", "somebody: sleeps"]  # fmt: skip
    done = talk("--save", str(target), lines="\n".join([*wrong, "?", "/help"]))
    assert done.exit_code == 0, done.output
    assert done.output.count("not possible: ") == len(wrong)
    assert "presses button 3" in done.output
    kept = [
        line for line in target.read_text("utf-8").splitlines() if line.startswith(("owner", "pay", "wait", "staff"))
    ]
    assert kept == ["owner: /start", "owner: /help"]


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    """Said before the talk, not after it."""
    target = tmp_path / "talk.txt"
    target.write_text("mine")
    done = talk("--save", str(target), lines="quit\n")
    assert "nothing is overwritten" in str(done.exception)
    assert target.read_text() == "mine"
    assert "no folder" in str(talk("--save", str(tmp_path / "none" / "talk.txt")).exception)
    assert "no language" in str(talk("--language", "fr").exception)


@pytest.mark.parametrize("text", ["", "2", "days", "2 weeks", "-2 days", "2 days and"])
def test_a_wait_that_cannot_be_read_is_refused(text: str) -> None:
    """A slip of the pen does not become another span of time."""
    with pytest.raises(Impossible):
        span(text)
