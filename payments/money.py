"""Minor units, translated between the clinic's books and Stripe's.

The books hold ISO 4217 minor units (TWD 300000 = NT$3,000.00, JPY 3000 = 3,000 yen, KWD 12340 = 12.340 dinar).
Stripe's own units differ for a few currencies. Source: docs.stripe.com/currencies, "zero-decimal currencies" and
"special cases"; the rows of ``flows.currencies.WHOLE_ONLY`` are remembered and were not seen on a stored copy of that page: they must be
compared with it before a clinic uses them.
"""

from flows.currencies import WHOLE_ONLY, exponent

STRIPE_ZERO = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
STRIPE_THREE = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])  # and the last digit must be 0
STRIPE_UNKNOWN = frozenset(["IQD", "LYD"])


class NotChargeable(ValueError):
    """This amount cannot be charged in this currency; the words are for the operator."""


def iso_exponent(currency: str) -> int:
    """How many decimals the currency has in our books."""
    return exponent(_code(currency))


def stripe_exponent(currency: str) -> int:
    """How many decimals Stripe's ``unit_amount`` has."""
    code = _code(currency)
    if code in STRIPE_ZERO:
        return 0
    return 3 if code in STRIPE_THREE else 2


def to_stripe(amount: int, currency: str) -> int:
    """Our minor units → Stripe's. Raises NotChargeable instead of rounding: what is shown must be what is charged."""
    code = _code(currency)
    if amount <= 0:
        raise NotChargeable(f"{amount} {code} is not a price")
    if code in STRIPE_UNKNOWN:
        raise NotChargeable(f"Stripe does not take {code}")
    units = _shift(amount, stripe_exponent(code) - iso_exponent(code), code)
    if code in WHOLE_ONLY and units % 100:
        raise NotChargeable(f"{code} is charged in whole units only; {amount} is not whole")
    if code in STRIPE_THREE and units % 10:
        raise NotChargeable(f"the last digit of an amount in {code} must be 0; {amount} ends otherwise")
    return units


def from_stripe(units: int, currency: str) -> int:
    """Stripe's units → ours. Raises NotChargeable for an amount that our books cannot hold."""
    code = _code(currency)
    return _shift(units, iso_exponent(code) - stripe_exponent(code), code)


def _shift(amount: int, digits: int, code: str) -> int:
    if digits >= 0:
        return int(amount * 10**digits)
    whole, rest = divmod(amount, 10**-digits)
    if rest:
        raise NotChargeable(f"{amount} {code} has more decimals than can be charged")
    return int(whole)


def _code(currency: str) -> str:
    code = currency.upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise NotChargeable(f"{currency!r} is not a currency code")
    return code
