"""What the machine knows of a process and its children: processor time, memory, which core they may use."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 25


def pin_to_last_core() -> bool:
    """Keeps this process off the bot's core. False on a machine with one core, where there is nothing to part."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) == 1:
        return False
    os.sched_setaffinity(0, {cores[-1]})
    return True


def started(command: Sequence[str], env: Mapping[str, str], log: Path, core: int | None = 0) -> subprocess.Popen[bytes]:
    """The process, alone on ``core``, with its words in ``log``."""
    pinned = command if core is None else ["taskset", "-c", str(core), *command]
    with log.open("ab") as words:
        return subprocess.Popen(
            pinned, env={**os.environ, **env}, cwd=ROOT, stdout=words, stderr=words, start_new_session=True
        )


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Asks it to end, and ends its whole group if it does not."""
    process.terminate()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def family(pid: int) -> list[int]:
    """The process and all its descendants."""
    found = [pid]
    for member in found:  # it grows while it is walked: children of children come later
        for task in _tasks(member):
            found += [int(child) for child in _read(f"/proc/{member}/task/{task}/children").split()]
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time that the family has used so far."""
    stats = (_read(f"/proc/{member}/stat").rpartition(")")[2].split() for member in family(pid))
    return sum((int(stat[11]) + int(stat[12])) / _TICKS for stat in stats if stat)


def memory_mb(pid: int, peak: bool = False) -> float:
    """Resident memory of the family, now or at its highest. What members share is counted for each of them."""
    field = re.compile(("VmHWM" if peak else "VmRSS") + r":\s+(\d+)")
    found = (field.search(_read(f"/proc/{member}/status")) for member in family(pid))
    return sum(int(match[1]) for match in found if match) / 1024


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _tasks(pid: int) -> list[str]:
    try:
        return os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []


def _read(path: str) -> str:
    """A file of /proc; nothing when the process has ended meanwhile."""
    try:
        return Path(path).read_text()
    except OSError:
        return ""
