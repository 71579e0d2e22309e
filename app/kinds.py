"""The kinds of consultation in clinic.toml, and what a fee may be in a currency: refused with a sentence when it could not be charged."""

from collections.abc import Sequence
from typing import Any

from babel.numbers import is_currency
from pydantic import BaseModel, ConfigDict, Field

from flows.clinic import Kind
from payments.money import NotChargeable, to_stripe

FROM_FIRST = {"fee": "fee", "call_minutes": "minutes"}  # above the table they would be a second word on the same thing


class Consultation(BaseModel):
    """One ``[[consultations]]``; ``name_*`` as owners read it, ``minutes`` of the call, fees in minor units."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = Field(pattern="^[a-z][a-z0-9_]{0,19}$")
    name_en: str = Field(min_length=2, max_length=40)
    name_zh_Hant: str = Field(min_length=2, max_length=20)
    minutes: int = Field(ge=10, le=120, multiple_of=5)
    fee: int = Field(gt=0)
    fee_for_vets: int | None = Field(None, gt=0)

    def kind(self) -> Kind:
        """As the decisions know it."""
        return Kind(self.key, self.name_en, self.name_zh_Hant, self.minutes, self.fee, self.fee_for_vets or 0)


def with_first(raw: Any) -> Any:
    """The file with ``fee`` and ``call_minutes`` as the first kind has them. Raises ValueError where they are written beside the table."""
    rows = raw.get("consultations") if isinstance(raw, dict) else None
    if not rows or not isinstance(rows, list) or not isinstance(rows[0], dict):
        return raw
    for above, within in FROM_FIRST.items():
        if above in raw:
            raise ValueError(f"{above}: every one of the consultations has its own {within}; leave it out above them")
    return raw | {above: rows[0][within] for above, within in FROM_FIRST.items() if within in rows[0]}


def check(currency: str, fee: int, consultations: Sequence[Consultation]) -> None:
    """Whether all of it can be charged and told apart. Raises ValueError."""
    if not is_currency(currency):
        raise ValueError(f'currency: nobody knows {currency}; for example "TWD"')
    keys = [one.key for one in consultations]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice:
        raise ValueError(f"consultations: two of them have the key {twice}; each needs an own one")
    _charged("fee", fee, currency)
    for number, one in enumerate(consultations):
        _charged(f"consultations.{number}.fee", one.fee, currency)
        if one.fee_for_vets:
            _charged(f"consultations.{number}.fee_for_vets", one.fee_for_vets, currency)


def _charged(place: str, fee: int, currency: str) -> None:
    try:
        to_stripe(fee, currency)
    except NotChargeable as error:
        raise ValueError(f"{place}: {error}; fees are in minor units, for example 300000 TWD for NT$3,000") from None
