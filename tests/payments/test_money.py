"""Minor units: what the books say is what Stripe and Telegram charge."""

import pytest
from aiogram.enums import Currency

from bot.invoices import takes
from flows.currencies import WHOLE_ONLY, exponent, money
from payments.money import STRIPE_THREE, STRIPE_ZERO, NotChargeable, from_stripe, iso_exponent, to_stripe


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        (300000, "TWD", 300000),  # NT$3,000.00
        (300000, "twd", 300000),
        (9900, "USD", 9900),
        (9950, "EUR", 9950),
        (80000, "HKD", 80000),
        (3000, "JPY", 3000),
        (50000, "KRW", 50000),
        (500000, "VND", 500000),
        (45000, "CLP", 45000),
        (10000, "ISK", 1000000),  # our books: whole kronur; Stripe: two decimals that must be 0
        (100000, "UGX", 10000000),
        (50000, "MGA", 500),  # ISO counts hundredths of the ariary, Stripe does not
        (12340, "KWD", 12340),
        (9000, "BHD", 9000),
    ],
)
def test_each_currency_is_translated_there_and_back(amount: int, currency: str, units: int) -> None:
    assert to_stripe(amount, currency) == units
    assert from_stripe(units, currency) == amount


@pytest.mark.parametrize(
    ("amount", "currency"),
    [(300050, "TWD"), (12345, "KWD"), (0, "USD"), (-1, "USD"), (150, "MGA"), (100, "IQD"), (100, "US"), (100, "U$D")],
)
def test_what_cannot_be_charged_exactly_is_refused(amount: int, currency: str) -> None:
    with pytest.raises(NotChargeable):
        to_stripe(amount, currency)


def test_the_tables_do_not_contradict_each_other() -> None:
    assert not STRIPE_ZERO & STRIPE_THREE
    assert not WHOLE_ONLY & (STRIPE_ZERO | STRIPE_THREE)
    assert all(iso_exponent(code) == 3 for code in STRIPE_THREE)


# "exp" of core.telegram.org/bots/payments/currencies.json, in the copy of it that a public library keeps (data_payments.go of
# tucnak/telebot, read 2026-11-24): 0 for these, 2 for all others, 3 for none.
TELEGRAM_ZERO = frozenset(["CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND"])


@pytest.mark.parametrize("currency", sorted(Currency))
def test_an_invoice_in_telegram_shows_what_the_books_say(currency: str) -> None:
    """No amount is translated on the way there, so the decimals have to be the same."""
    assert takes(currency)
    assert exponent(currency) == (0 if currency in TELEGRAM_ZERO else 2)


@pytest.mark.parametrize("currency", ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND", "MGA", "XAF", "XTR", "twd", ""])
def test_what_telegram_has_no_invoices_in_is_known(currency: str) -> None:
    assert not takes(currency)


@pytest.mark.parametrize(("amount", "currency", "shown"), [(300000, "TWD", "NT$3,000"), (3000, "JPY", "¥3,000"), (9950, "EUR", "€99.50"), (12340, "KWD", "KWD 12.340")])  # fmt: skip
def test_the_same_amount_is_shown_and_charged(amount: int, currency: str, shown: str) -> None:
    assert money(amount, currency) == shown
    assert from_stripe(to_stripe(amount, currency), currency) == amount
