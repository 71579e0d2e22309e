"""A process that has imported the whole service and forks one from itself for every start: 0.1 s instead of 3 to 9 s of imports.

What runs in the child is the command itself (``app.cli run``) with an environment, output files and process of its own, so a
SIGKILL ends it as it ends any other; only the imports are shared. That holds for its fork server too, whose decoders take half a
second to load, which is as long as many a service lives here. One JSON line in, one out, on the standard streams.
"""

import gc
import importlib
import json
import os
import random
import signal
import socket
import sys
import traceback
from multiprocessing import connection, forkserver, resource_tracker
from typing import Any, NoReturn

PARTS = (
    "app.cli", "app.run", "app.parts", "app.logs", "app.clinic", "app.settings", "bot.owner", "bot.session", "bot.staff",
    "bot.group", "bot.sms", "bot.polling", "payments.stripe", "payments.notices", "records.sheet", "records.preview",
    "scheduler.ticks", "web.app", "web.server", "storage.postgres", "storage.sqlite", "psycopg",
    "records.preloaded", "records.dicom_preloaded",
)  # fmt: skip


def main() -> None:
    """Answers ``{"start": env, "log": file}`` with ``{"pid"}`` and ``{"poll": pid}`` with ``{"code"}``: null while it runs."""
    for name in PARTS:
        importlib.import_module(name)
    resource_tracker.ensure_running()
    gc.collect()
    gc.freeze()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        answer = {"pid": _start(asked)} if "start" in asked else {"code": _poll(int(asked["poll"]))}
        print(json.dumps(answer), flush=True)


def _start(asked: dict[str, Any]) -> int:
    with socket.socket(socket.AF_UNIX) as listener:
        address = connection.arbitrary_address("AF_UNIX")
        listener.bind(address)
        listener.listen()
        ends_with_it, alive = os.pipe()  # the fork server ends when the last holder of the second end does
        if os.fork() == 0:
            os.close(alive)
            _be_the_fork_server(listener.fileno(), ends_with_it, asked["log"])
        child = os.fork()
        if child == 0:
            os.close(ends_with_it)
            _use_fork_server(address, alive)
            _be_the_service(asked["start"], asked["log"])
        os.close(ends_with_it)
        os.close(alive)
    return child


def _be_the_fork_server(listener: int, ends_with_it: int, log: str) -> NoReturn:
    _own_streams(log)
    try:
        forkserver.main(listener, ends_with_it, [])
    except EOFError:  # the service was killed while it asked for a child
        pass
    finally:
        os._exit(0)


def _use_fork_server(address: str, alive: int) -> None:
    """What ``ensure_running`` does, which would start another one."""
    server: Any = forkserver._forkserver  # type: ignore[attr-defined]
    server._forkserver_address, server._forkserver_alive_fd = address, alive
    server.ensure_running = lambda: None


def _poll(pid: int) -> int | None:
    """The fork servers that ended meanwhile are left to the system; there is one for each kill."""
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def _be_the_service(env: dict[str, str], log: str) -> NoReturn:
    code = 70
    try:
        _own_surroundings(env, log)
        sys.argv = ["second-look", "run"]
        importlib.import_module("app.cli").main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _own_streams(log: str) -> None:
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, standard in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(ours, standard)


def _own_surroundings(env: dict[str, str], log: str) -> None:
    """Nothing of the parent's but its imported modules: streams, environment, chance and signals are the child's own."""
    _own_streams(log)
    os.environ.clear()
    os.environ.update(env)
    random.seed()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Children of the service's own fork server import the main module by name; it must be the service's, not this one.
    sys.modules["__main__"] = sys.modules["app.cli"]


if __name__ == "__main__":
    main()
