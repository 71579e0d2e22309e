"""A process that has imported the whole service and forks one from itself for every start: 0.1 s instead of 3 to 9 s of imports.

What runs in the child is the command itself (``app.cli run``) with an environment, output files and process of its own, so a
SIGKILL ends it as it ends any other; only the imports are shared. One JSON line in, one out, on the standard streams.
"""

import gc
import importlib
import json
import os
import random
import signal
import sys
import traceback
from typing import Any, NoReturn

PARTS = (
    "app.cli", "app.run", "app.parts", "app.logs", "app.clinic", "app.settings", "bot.owner", "bot.session", "bot.staff",
    "bot.group", "bot.sms", "bot.polling", "payments.stripe", "payments.notices", "records.sheet", "records.preview",
    "scheduler.ticks", "web.app", "web.server", "storage.postgres", "storage.sqlite", "psycopg",
)  # fmt: skip


def main() -> None:
    """Answers ``{"start": env, "log": file}`` with ``{"pid"}`` and ``{"poll": pid}`` with ``{"code"}``: null while it runs."""
    for name in PARTS:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        answer = {"pid": _start(asked)} if "start" in asked else {"code": _poll(int(asked["poll"]))}
        print(json.dumps(answer), flush=True)


def _start(asked: dict[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        _be_the_service(asked["start"], asked["log"])
    return child


def _poll(pid: int) -> int | None:
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


def _own_surroundings(env: dict[str, str], log: str) -> None:
    """Nothing of the parent's but its imported modules: streams, environment, chance and signals are the child's own."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, standard in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(ours, standard)
    os.environ.clear()
    os.environ.update(env)
    random.seed()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Children of the service's own fork server import the main module by name; it must be the service's, not this one.
    sys.modules["__main__"] = sys.modules["app.cli"]


if __name__ == "__main__":
    main()
