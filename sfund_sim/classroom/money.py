"""The money of a class: whole numbers of a smallest unit, few enough digits to be typed with a thumb."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_DIGITS = re.compile(r"[0-9]{1,12}([.,][0-9]{0,9})?|[.,][0-9]{1,9}")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+")
"""Thousands set apart by commas, or a decimal comma: nobody can tell, so it is neither."""

_MOST_DECIMALS = 6
FINEST_UNIT = 10.0**-_MOST_DECIMALS
"""The smallest unit that any money has."""


@dataclass(frozen=True, slots=True)
class RoundMoney:
    """How amounts are rounded, shown and read."""

    decimals: int
    most: float
    """Largest amount that is taken for a bid."""

    @classmethod
    def for_spread(cls, spread: float, most: float) -> RoundMoney:
        """Money for values or signals that differ by about ``spread``: some thousand units to it."""
        return cls(min(max(3 - math.floor(math.log10(spread) + 1e-9), 0), _MOST_DECIMALS), most)

    @property
    def unit(self) -> float:
        """The smallest amount."""
        return 10.0**-self.decimals

    def round(self, amount: float) -> float:
        """The nearest amount that can be shown."""
        return round(amount, self.decimals)

    def show(self, amount: float | None) -> str | None:
        """The amount as text; None for none."""
        if amount is None or not math.isfinite(amount):
            return None
        return f"{self.round(amount) + 0.0:.{self.decimals}f}"

    def read(self, given: object) -> float | None:
        """The amount that somebody typed, or None where it is none, too large, or has more decimals than are shown."""
        if not isinstance(given, str) or not _DIGITS.fullmatch(text := given.strip()) or _GROUPED.fullmatch(text):
            return None
        text = text.replace(",", ".")
        if len(text.partition(".")[2].rstrip("0")) > self.decimals:
            return None
        amount = float(text)
        return amount if amount <= self.most else None
