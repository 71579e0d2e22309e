"""The whole life of the child that shows a doctor one file closely. Its own module, so that a child loads nothing of the service to find it."""

import json
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, BinaryIO


def work(theirs: Connection, path: str, kind: str) -> None:
    """Takes an order (JSON) and answers a head of JSON and as many blobs as it says. The file is opened before the child is confined."""
    from records import confinement, openers  # in the fork server they are there already

    order = json.loads(theirs.recv_bytes())
    with Path(path).open("rb") as file:
        filtered = confinement.confine()
        head, blobs = _done(file, kind, order)
    del openers
    theirs.send_bytes(json.dumps({**head, "blobs": len(blobs), "filtered": filtered}).encode())
    for blob in blobs:
        theirs.send_bytes(blob)


def _done(file: BinaryIO, kind: str, order: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Never raises for what the bytes do: ``problem`` says what went wrong."""
    import warnings

    from records import close_up
    from records.limits import Refused

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return close_up.ORDERS[order["do"]](file, kind, order)
    except Refused as refused:
        return {"problem": refused.problem}, []
    except MemoryError:
        return {"problem": "too_big_to_open"}, []
    except Exception:  # decoders raise what they like for broken bytes
        return {"problem": "unreadable"}, []
