"""A case survives its document, whatever its fields hold."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.call_report import CallReport
from flows.case import Agreed, Call, Case, Payment, Pending, Record, Review, Status, case_from
from flows.clinic import Consultation
from flows.opening import LETTERS, open_case
from flows.opinion_draft import OpinionDraft
from flows.promise import Promise
from flows.team import Inquiry, Team

WORDS = st.text(st.characters(codec="utf-8"), max_size=30)
LISTS = st.lists(WORDS, max_size=4).map(tuple)
INSTANTS = st.integers(0, 2**32).map(lambda second: datetime.fromtimestamp(second, UTC))
PLAIN = st.recursive(
    WORDS | st.booleans() | st.integers(0, 2**40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
BY_TYPE: dict[object, st.SearchStrategy[object]] = {
    str: WORDS,
    int: st.integers(-(2**52), 2**52),
    bool: st.booleans(),
    datetime: INSTANTS,
    datetime | None: st.none() | INSTANTS,
    Status: st.sampled_from(Status),
    tuple[str, ...]: LISTS,
    Mapping[str, str]: st.dictionaries(WORDS, WORDS, max_size=4),
    Mapping[str, Any]: st.dictionaries(WORDS, PLAIN, max_size=4),
    Mapping[str, datetime]: st.dictionaries(WORDS, INSTANTS, max_size=4),
}


def _any(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of this kind; a KeyError when a field has a type that nobody thought of here."""
    return st.builds(kind, **{field.name: BY_TYPE[field.type] for field in fields(kind)})


BY_TYPE[Pending | None] = st.none() | _any(Pending)
BY_TYPE |= {tuple[Inquiry, ...]: st.lists(_any(Inquiry), max_size=2).map(tuple)}
BY_TYPE[Promise] = _any(Promise)
BY_TYPE |= {
    Review: _any(Review),
    Team: _any(Team),
    OpinionDraft: _any(OpinionDraft),
    Payment: _any(Payment),
    Call | None: st.none() | _any(Call),
}
BY_TYPE |= {Consultation | None: st.none() | _any(Consultation)}
BY_TYPE |= {
    kind: st.lists(_any(one), max_size=3).map(tuple)
    for one, kind in ((Record, tuple[Record, ...]), (Agreed, tuple[Agreed, ...]), (CallReport, tuple[CallReport, ...]))
}


@settings(max_examples=200, deadline=None)
@given(_any(Case))
def test_a_case_comes_back_from_its_document_unchanged(case: Case) -> None:
    """Written as JSON and read again it is equal in every field."""
    assert case_from(orjson.loads(orjson.dumps(case))) == case


def test_a_document_of_an_earlier_version_is_read() -> None:
    """What it lacks gets its default, what nobody knows any more is left out."""
    case = open_case(5, datetime(2026, 1, 1, tzinfo=UTC), "0123456789abcdef01234567")
    plain = orjson.loads(orjson.dumps(case))
    del plain["notes"]
    plain["review"].pop("round")
    plain["review"].pop("pending")
    plain |= {"former_field": 1}
    assert case_from(plain) == case


@given(st.integers(0, 2**96 - 1))
def test_a_code_can_be_read_over_the_telephone(number: int) -> None:
    """Six characters without look-alikes."""
    case = open_case(5, datetime(2026, 1, 1, tzinfo=UTC), f"{number:024x}")
    assert len(case.code) == 6
    assert set(case.code) <= set(LETTERS)
    assert not set(case.code) & set("01258BILOSZ")
    assert replace(case, status=Status.CLOSED).code == case.code
