"""Public holidays of the countries where our teams work."""

from __future__ import annotations

from datetime import date
from functools import cache

COUNTRIES = ("SE", "NO", "DK")
"""Whose holidays are known, as ISO 3166 codes."""


@cache
def holidays_of(country: str, year: int) -> frozenset[date]:
    """The days that are public holidays by law; eves such as midsommarafton and julafton are not.

    Args:
        country: One of COUNTRIES.
        year: 1970 to 2200.
    """
    # A tenth of a second to import, so only where hours are reckoned.
    from holidays import country_holidays

    return frozenset(country_holidays(country, years=year))
