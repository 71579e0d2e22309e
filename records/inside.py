"""The whole life of the child that opens one file. Its own module, so that a child loads nothing of the service to find it."""

import json
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path


def work(theirs: Connection, kind: str, path: str) -> None:
    """Opens what is at ``path``, or what comes as the first message (after the order, for an archive); answers a head of JSON, the preview and the thumbnail.

    A file on the disk is opened before the child is confined, and read after.
    """
    # In the fork server they are there already; the service never loads them.
    from records import attempts, confinement, openers

    if kind == "zip":
        attempts.begin(theirs.send_bytes, theirs.recv_bytes())
    with Path(path).open("rb") if path else BytesIO(theirs.recv_bytes()) as file:
        filtered = confinement.confine()
        found = openers.look(file, kind)
    head = {"problem": found.problem, "facts": dict(found.facts), "filtered": filtered}
    theirs.send_bytes(json.dumps(head).encode())
    theirs.send_bytes(found.preview or b"")
    theirs.send_bytes(found.thumb or b"")
