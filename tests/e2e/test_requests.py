"""Every request that whole journeys make is as the providers publish it: no unknown parameter, none missing, none of a wrong type."""

from pathlib import Path

import pytest

from tests import spec_check
from tests.e2e.stage import stage

pytestmark = pytest.mark.enable_socket


def test_every_request_of_whole_journeys_is_as_published(sqlite_url: str, tmp_path: Path) -> None:
    """Checked at every depth against the published descriptions, which share nothing with the libraries we use."""
    if spec_check.missing():
        pytest.skip(spec_check.missing())
    with stage(sqlite_url, tmp_path) as on:
        on.services[0].start()
        on.services[0].wait_ready()
        for plan in ("move", "need_more"):
            on.crowd.add(plan)
        on.play()
        requests = on.crowd.sandbox.requests()
    methods = {request["method"] for request in requests}
    assert {
        "sendMessage",
        "sendPhoto",
        "sendDocument",
        "createForumTopic",
        "editMessageText",
        "Messages.create",
    } <= methods
    assert spec_check.complaints(requests) == []
