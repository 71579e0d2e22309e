"""How long an event loop was away: what its own callbacks and the other threads of its process took from it.

Linux counts how long a thread that could run had to wait for a processor. On a machine with other work that is most of every pause
and no fault of the process, so it is taken off; ``late_ms`` is with it.
"""

import asyncio
import threading
from pathlib import Path
from time import perf_counter

BEAT_S = 0.002


class Heartbeat:
    """Beats from its making on, in the running loop. ``blocked_ms``, ``late_ms``: the longest so far."""

    def __init__(self) -> None:
        self.blocked_ms = self.late_ms = 0.0
        self._waits = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._task = asyncio.get_running_loop().create_task(self._beat())

    async def _beat(self) -> None:
        while True:
            begun, waited = perf_counter(), self._waited_ms()
            await asyncio.sleep(BEAT_S)
            late = (perf_counter() - begun - BEAT_S) * 1000
            self.late_ms = max(self.late_ms, late)
            self.blocked_ms = max(self.blocked_ms, late - (self._waited_ms() - waited))

    def _waited_ms(self) -> float:
        return int(self._waits.read_text().split()[1]) / 1e6

    async def stopped(self) -> None:
        """After one more beat."""
        await asyncio.sleep(2 * BEAT_S)
        self._task.cancel()
