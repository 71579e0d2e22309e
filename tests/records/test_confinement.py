"""What a child can no longer do once it holds a stranger's bytes. Every attempt is made in a real, confined child."""

import ctypes
import json
import mmap
import os
import resource
import socket
import struct
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from records import alike, confinement, inside
from records.child import child
from tests.records.hostile import photo, saved


def _try(theirs: Connection, name: str, given: str) -> None:
    filtered = confinement.confine()
    try:
        ATTEMPTS[name](given)
        said = "did it"
    except BaseException as error:
        said = type(error).__name__
    theirs.send_bytes(json.dumps([filtered, said]).encode())


def _write(given: str) -> None:
    with Path(given).open("w") as file:
        file.write("x")


def _kill_parent(given: str) -> None:
    os.kill(os.getppid(), 0)


def _take_memory(given: str) -> None:
    bytearray(confinement.MEMORY_BYTES)


def _map_memory(given: str) -> None:
    mmap.mmap(-1, confinement.MEMORY_BYTES)


def _raise_limit(given: str) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))


def _begin_thread(given: str) -> None:
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()


def _connect_raw(given: str) -> None:
    """Not through Python's own checks."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.socket(2, 1, 0) == -1:
        raise OSError(ctypes.get_errno(), "socket")


FILTERS = Path(
    "/proc/sys/kernel/seccomp/actions_avail"
)  # there where the kernel can filter system calls (man 2 seccomp)
ATTEMPTS: dict[str, Callable[[str], object]] = {
    "read": lambda given: Path(given).read_text(),
    "write": _write,
    "unlink": os.unlink,
    "list": os.listdir,
    "socket": lambda given: socket.socket(),
    "socket without Python": _connect_raw,
    "fork": lambda given: os.fork(),
    "exec": lambda given: os.execv("/bin/true", ["true"]),
    "kill": _kill_parent,
    "memory": _take_memory,
    "map": _map_memory,
    "raise": _raise_limit,
    "thread": _begin_thread,
    "compute": lambda given: sum(range(1000)),
}


def attempted(name: str, given: str) -> str:
    with child(_try, name, given) as (ours, _):
        assert ours.poll(30)
        filtered, said = json.loads(ours.recv_bytes())
    assert filtered or not FILTERS.exists()
    return str(said)


@pytest.mark.parametrize(
    "name", ["read", "write", "socket", "socket without Python", "fork", "exec", "kill", "unlink", "list"]
)
@pytest.mark.skipif(
    not FILTERS.exists(), reason="this kernel filters no system calls, so the superuser may begin processes"
)
def test_a_confined_child_reaches_nothing_outside(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("kept")
    assert attempted(name, str(secret)) in ("PermissionError", "OSError")
    assert secret.read_text() == "kept"


@pytest.mark.parametrize("name", ["memory", "map"])
def test_a_confined_child_gets_no_more_memory_than_its_share(name: str) -> None:
    assert attempted(name, "") in ("MemoryError", "OSError")


def test_a_limit_is_not_raised_again() -> None:
    assert attempted("raise", "") in ("PermissionError", "ValueError", "OSError")


@pytest.mark.parametrize("name", ["compute", "thread"])
def test_a_confined_child_can_compute(name: str) -> None:
    assert attempted(name, "") == "did it"


@pytest.mark.parametrize("audit", [0xC000003E, 0xC00000B7])
def test_the_filter_ends_in_refusal_and_every_jump_lands_inside(audit: int) -> None:
    code = confinement.program(audit, 56, [0, 1, 9, -1])
    steps = [struct.unpack_from("=HBBI", code, at) for at in range(0, len(code), 8)]
    for at, (what, yes, no, _) in enumerate(steps):
        if what in (0x15, 0x45):
            assert at + 1 + max(yes, no) < len(steps)
    assert run(steps, audit, 9) == "allowed"
    assert run(steps, audit, 2) == "refused"
    assert run(steps, audit, 56, 0x00010000) == "allowed"
    assert run(steps, audit, 56, 17) == "refused"
    assert run(steps, audit, 435) == "unknown"
    assert run(steps, audit + 1, 9) == "refused"
    assert run(steps, audit, 9 | 0x40000000) == "refused"


def run(steps: list[tuple[int, int, int, int]], machine: int, number: int, argument: int = 0) -> str:
    """Runs the filter as the kernel would, so that both machines are tested on either."""
    words = {0: number, 4: machine, 16: argument}
    at = held = 0
    while True:
        what, yes, no, value = steps[at]
        if what == 0x06:
            return {0x7FFF0000: "allowed", 0x00050001: "refused", 0x00050026: "unknown"}[value]
        at += 1
        if what == 0x20:
            held = words[value]
        else:
            at += yes if (held == value if what == 0x15 else held & value) else no


def _opening(theirs: Connection, given: str) -> None:
    inside.work(theirs, "jpeg", "")
    theirs.send_bytes(_afterwards(given).encode())


def _comparing(theirs: Connection, given: str) -> None:
    alike.work(theirs, 1)
    theirs.send_bytes(_afterwards(given).encode())


def _afterwards(given: str) -> str:
    try:
        Path(given).read_bytes()
    except OSError as error:
        return type(error).__name__
    return "read it"


@pytest.mark.parametrize(("work", "sent", "answers"), [(_opening, 1, 3), (_comparing, 2, 1)])
def test_the_children_of_the_product_are_confined_themselves(
    work: Callable[[Connection, str], None], sent: int, answers: int, tmp_path: Path
) -> None:
    """Not only children that a test confines: whoever takes the word out of their code finds it here."""
    secret = tmp_path / "secret"
    secret.write_text("of another owner")
    picture = saved(photo(), "JPEG")
    with child(work, str(secret)) as (ours, _):
        for _ in range(sent):
            ours.send_bytes(picture)
        for _ in range(answers):
            assert ours.poll(30)
            ours.recv_bytes()
        assert ours.poll(30)
        assert ours.recv_bytes() in (b"OSError", b"PermissionError")
