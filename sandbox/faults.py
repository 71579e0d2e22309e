"""Faults that a test asks for: each strikes a number of times, then is gone."""

from dataclasses import asdict, dataclass

from sandbox.shapes import Json

BEFORE = {"429", "500", "502", "reset"}
"""Kinds that strike before the request is carried out."""
AFTER = {"lost_reply", "half_reply", "500_after"}
"""Kinds that strike after the effect has happened and was logged."""
HANDING = {"duplicate", "reorder"}
"""Kinds that change how updates are handed to the bots."""
KINDS = BEFORE | AFTER | HANDING | {"delay", "repeat"}
"""All; ``repeat`` makes a status callback come again until it is answered 2xx."""
PLACES = {"telegram", "twilio", "stripe", "webhook"}


@dataclass(slots=True)
class Fault:
    """One fault; ``method`` empty means any method of that place."""

    on: str
    kind: str
    method: str | None = None
    times: int = 1
    retry_after: int = 1
    delay_s: float = 0.5

    def __post_init__(self) -> None:
        """Raises ``ValueError`` for a place or a kind that is not known."""
        self.kind = str(self.kind)
        if self.on not in PLACES or self.kind not in KINDS:
            raise ValueError(f"unknown fault: on={self.on} kind={self.kind}")


class Faults:
    """The faults still to strike, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, wanted: Json) -> None:
        """Add one; raises ``ValueError`` or ``TypeError`` when it is not understood."""
        self._waiting.append(Fault(**wanted))

    def clear(self) -> None:
        """Drop all."""
        self._waiting.clear()

    def listed(self) -> list[Json]:
        """What is still waiting."""
        return [asdict(fault) for fault in self._waiting]

    def take(self, places: set[str], method: str, kinds: set[str]) -> Fault | None:
        """The oldest matching fault, used once; nothing when none waits."""
        for fault in self._waiting:
            if fault.on in places and fault.kind in kinds and fault.method in (None, method):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None
