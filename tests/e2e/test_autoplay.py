"""The story in the terminal: ``second-look demo --autoplay`` as a person would type it, in both languages."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from sandbox.story_words import WORDS
from tests.app.whole import ROOT, UP_S, clean_environment
from tests.sandbox_process import free_port

pytestmark = pytest.mark.enable_socket

# The command itself; only the demo's folder is the test's own, so that a demo somebody is looking at keeps its database.
COMMAND = (
    "import sys\nfrom pathlib import Path\nimport app.demo\n"
    "app.demo.FOLDER = Path(sys.argv.pop(1))\nfrom app.cli import main\nmain()\n"
)


def demo(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-c", COMMAND, str(folder / "demo"), "demo", "--port", str(free_port()), *words]


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_autoplay_plays_the_whole_story_and_prints_it(tmp_path: Path, language: str) -> None:
    """Exit code 0 means: decided, paid exactly once, booked and reminded of, by the sandbox's own records."""
    if not WORDS.get(language):
        pytest.skip(f"sandbox/story_words.py has no words in {language} yet.")
    command = demo(tmp_path, "--autoplay", "--language", language)
    done = subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    for speaker in ("owner: ", "bot: ", "staff group: ", "phone: "):
        assert speaker in done.stdout
    assert WORDS[language]["story"] in done.stdout
    assert "The story is complete" in done.stdout
    assert "Traceback" not in done.stderr


def test_the_demo_serves_its_page_until_it_is_interrupted(tmp_path: Path) -> None:
    """Ctrl-C ends it with exit code 0, and neither the sandbox nor the service is left behind."""
    command = demo(tmp_path)
    url = f"http://127.0.0.1:{command[command.index('--port') + 1]}"
    with (tmp_path / "out").open("wb") as out:
        running = subprocess.Popen(command, cwd=ROOT, env=clean_environment(), stdout=out, stderr=out)
    try:
        end = time.monotonic() + UP_S
        while "is running" not in (tmp_path / "out").read_text("utf-8") and time.monotonic() < end:
            assert running.poll() is None, (tmp_path / "out").read_text("utf-8")
            time.sleep(0.1)
        with urlopen(url, timeout=10) as answer:
            assert b"staff" in answer.read()
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 0
        with pytest.raises(OSError):
            urlopen(url, timeout=2)
    finally:
        if running.poll() is None:
            running.terminate()
            running.wait(30)
