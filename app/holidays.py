"""The public holidays of a country, asked of the ``holidays`` library once, and the library let go again."""

import gc
import sys
from datetime import date
from functools import lru_cache

YEARS = range(2025, 2051)  # the service runs long, and reads its file once


@lru_cache(maxsize=8)
def public_holidays(country: str) -> frozenset[date]:
    """Every public holiday of ``YEARS``. ``country``: ISO 3166-1 alpha-2. Raises NotImplementedError for one the library does not know.

    For the days of one country the library loads the calendars of all, 280 modules and 11 MB that nobody asks again.
    """
    from holidays import country_holidays

    try:
        return frozenset(country_holidays(country, years=YEARS))
    finally:
        del country_holidays
        for name in [name for name in sys.modules if name.partition(".")[0] == "holidays"]:
            del sys.modules[name]
        gc.collect()
