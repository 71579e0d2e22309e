"""What the service counts, in Prometheus' text form: numbers and names of queues only, never a word about a person."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """One registry per app, so that two apps in one test process do not count into each other."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._handled = Counter(
            "second_look_webhooks", "Webhooks answered.", ("path", "status"), registry=self._registry
        )
        self._state = Gauge("second_look_state", "Depths and ages of the queues.", ("name",), registry=self._registry)
        # Looking a child up by its labels costs more than counting; there are only a handful of pairs.
        self._children: dict[tuple[str, int], Counter] = {}

    def tally(self, path: str, status: int) -> None:
        """Counts one answered webhook."""
        child = self._children.get((path, status))
        if child is None:
            child = self._children[path, status] = self._handled.labels(path, str(status))
        child.inc()

    def page(self, state: Mapping[str, float]) -> bytes:
        """The whole page; ``state`` becomes one gauge per name."""
        for name, value in state.items():
            self._state.labels(name).set(value)
        return bytes(generate_latest(self._registry))
