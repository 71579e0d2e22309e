"""How a test asks the store: one function of ``storage``, in a unit of work of its own, waited for."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from storage.engine import Store

T = TypeVar("T")


def do(store: Store, function: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """Performs ``function(conn, …)`` durably and returns or raises what it did."""
    return store.perform(lambda conn: function(conn, *arguments, **named)).result(60)


def at_once(count: int, action: Callable[[int], T]) -> list[T]:
    """Calls ``action(0)`` … ``action(count - 1)`` from as many threads, which all start together."""
    gate = threading.Barrier(count)

    def begin(number: int) -> T:
        gate.wait(30)
        return action(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(begin, range(count)))
