"""What whoever looks after the service orders at the command line, while it runs: handed in through the inbox, carried out like anything that came in.

SQLite has one process, and on PostgreSQL nobody knows which: so the order stands in the database, and is carried out once.
"""

import orjson

from desk.receive import ByPerson, Envelope
from flows.incoming import EraseWished

CHANNEL = "orders"


def erase_order(key: str, code: str) -> bytes:
    """The person with this case is to be erased."""
    return orjson.dumps({"key": key, "erase": code})


def reading(raw: bytes) -> Envelope:
    """The order as it was written."""
    order = orjson.loads(raw)
    return Envelope(CHANNEL, order["key"], ByPerson(order["erase"]), EraseWished())
