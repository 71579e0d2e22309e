"""The check of requests to Stripe is itself worth something: a wrong name, form or value is found, at any depth."""

import pytest

from tests.stripe_spec import complaints

RIGHT = [
    ("mode", "payment"), ("client_reference_id", "c0ffee"), ("expires_at", "1790000000"), ("metadata[case]", "ACDEF3"),
    ("line_items[0][quantity]", "1"), ("line_items[0][price_data][currency]", "twd"),
    ("line_items[0][price_data][unit_amount]", "300000"), ("line_items[0][price_data][product_data][name]", "Second opinion"),
]  # fmt: skip


def test_a_right_request_has_no_complaint() -> None:
    assert complaints("POST", "/v1/checkout/sessions", RIGHT) == []
    assert (
        complaints("POST", "/v1/refunds", [("payment_intent", "pi_1"), ("amount", "5"), ("metadata[refund]", "1")])
        == []
    )
    assert complaints("GET", "/v1/checkout/sessions", [("created[gte]", "1790000000"), ("limit", "100")]) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("modus", "payment", "modus is unknown"),
        ("expires_at", "tomorrow", "no int"),
        ("line_items[0][price_data][unit_amout]", "1", "unit_amout is unknown"),
        ("line_items[first][quantity]", "1", "no list"),
        ("line_items[0][quantity]", "one", "no int"),
        ("idempotency_key", "x", "idempotency_key is unknown"),
        ("client_reference_id[0]", "x", "0 where nothing is held"),
    ],
)
def test_a_wrong_one_is_told(name: str, value: str, words: str) -> None:
    (complaint,) = complaints("POST", "/v1/checkout/sessions", [(name, value)])
    assert complaint.startswith(f"{name}: ")
    assert words in complaint


def test_a_word_that_is_none_of_the_described_ones_is_told() -> None:
    (complaint,) = complaints("POST", "/v1/refunds", [("origin", "the_moon")])
    assert "not one of" in complaint


def test_an_address_nobody_described_and_a_field_left_out_are_told() -> None:
    assert complaints("POST", "/v1/charges", []) == ["POST /v1/charges: not described"]
    assert complaints("DELETE", "/v1/refunds", []) == ["DELETE /v1/refunds: not described"]
