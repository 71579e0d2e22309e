"""A process of its own for one piece of work: forked in milliseconds, thrown away afterwards with all that it loaded.

For bytes of strangers, which must not be opened in the service (pitfalls 76 to 79), and for libraries that would stay in its
memory for ever. The fork server has their decoders loaded already.
"""

import multiprocessing
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["records.preloaded", "records.dicom_preloaded"])
_starting = threading.Lock()


@contextmanager
def child(work: Callable[..., None], *given: Any) -> Iterator[tuple[Connection, BaseProcess]]:
    """Runs ``work(connection, *given)`` there; gives our end of the connection and the process, which is killed at the end."""
    ours, theirs = _context.Pipe()
    started = _context.Process(target=work, args=(theirs, *given), daemon=True)
    with ours:
        try:
            with _starting, _without_main():
                started.start()
            theirs.close()
            yield ours, started
        finally:
            if started.pid is not None:
                started.kill()
                started.join()
                started.close()


@contextmanager
def _without_main() -> Iterator[None]:
    """Hides the program's start module while a child starts.

    A child of the fork server would import it, and with it the whole service: seconds instead of milliseconds, and code that has no
    business beside hostile bytes.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
