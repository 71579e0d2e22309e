"""How many decimals a currency has in our books (ISO 4217 minor units). What is shown and what is charged read the same table."""

ISO_ZERO = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
)
ISO_THREE = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
WHOLE_ONLY = frozenset(["ISK", "TWD", "UGX"])  # two decimals in every call, both of which must be 0
SIGNS = {"TWD": "NT$", "USD": "US$", "HKD": "HK$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def exponent(currency: str) -> int:
    """0 for yen, 3 for dinar, 2 for most. ``currency`` in capitals."""
    if currency in ISO_ZERO:
        return 0
    return 3 if currency in ISO_THREE else 2


def smallest(currency: str) -> int:
    """The smallest step in which an amount can be charged, in minor units: whole dollars in Taiwan, ten fils in Kuwait, else one."""
    if currency in WHOLE_ONLY:
        return 100
    return 10 if currency in ISO_THREE else 1


def money(amount: int, currency: str) -> str:
    """An amount of minor units as people read it; whole amounts without decimals."""
    decimals = exponent(currency)
    whole, part = divmod(amount, 10**decimals)
    sign = SIGNS.get(currency, f"{currency} ")
    return f"{sign}{whole:,}" + (f".{part:0{decimals}d}" if part else "")
