"""A copy of the sandbox's ground truth log, fetched piece by piece."""

from typing import Any

from tests.sandbox_process import Sandbox

Json = dict[str, Any]


class Truth:
    """All records so far; ``news`` brings and gives what is new. A record's number is its place in the list plus one."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.records: list[Json] = []

    def news(self) -> list[Json]:
        """What was written down since the last call."""
        fresh = self._sandbox.log(after=len(self.records))
        self.records += fresh
        return fresh

    def of(self, *kinds: str) -> list[Json]:
        """Records of these kinds in their order."""
        return [record for record in self.records if record["kind"] in kinds]
