"""Times that came free are offered to those who wait for an earlier one: each is asked in turn, in a unit of her own.

Whoever stands first and can use a time gets it held, in the unit that asks her; the next one sees it taken. What was noted as free is
struck off after the last was asked, so that after a crash everybody is asked once more, which changes nothing for who holds a time already.
Two processes may do so at once: the calendar gives each time to one case alone.
"""

from functools import partial

import structlog
from sqlalchemy import Connection

from desk.desk import Desk
from desk.errors import place_of
from desk.receive import ByCase, Receipt, handle
from flows.incoming import Due
from flows.waiting_list import FREE
from storage import waiting_list

log = structlog.get_logger(__name__)


async def look_through(desk: Desk) -> int:
    """Asks whoever waits for a doctor whose times came free since the last look. Gives how many were asked."""
    asked = 0
    for doctor, seen in (await desk.store.read(waiting_list.noted)).items():
        for case_id in await desk.store.read(partial(waiting_list.waiting, doctor=doctor)):
            await _ask(desk, case_id, doctor)
            asked += 1
        await desk.store.run(partial(waiting_list.looked_through, seen=seen))
    return asked


async def _ask(desk: Desk, case_id: str, doctor: str) -> None:
    """One case's fault keeps nobody behind it from being asked."""

    def turn(conn: Connection) -> Receipt:
        return handle(conn, ByCase(case_id), Due(FREE, doctor), desk.moment())

    try:
        receipt = await desk.store.run(turn)
    except Exception as error:
        log.error("not_asked", error=place_of(error))
        return
    desk.deliverer.take(receipt.rows)
