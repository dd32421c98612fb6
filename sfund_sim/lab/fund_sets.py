"""The published set's named funds of Takahashi and Alexander, for cases that give a fund's name and not its letters."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from sfund_sim.ground.errors import RuleError

SETS: dict[str, dict[str, Any]] = {
    "classic": {"RC": (0.25, 1 / 3, 0.5), "L": 12, "B": 2.5, "G": 0.13, "Y": 0.0},
    "buyout10": {"RC": (0.3, 0.4, 0.5), "L": 10, "B": 2.0, "G": 0.11, "Y": 0.0},
}
"""Letters by name: "classic" is the example of Takahashi and Alexander (2002), "buyout10" the set's own."""
_REMARK = re.compile(rf"\s*\(({'|'.join(SETS)})( TA)?\)", re.IGNORECASE)


def with_letters(given: dict[str, Any]) -> dict[str, Any]:
    """Parameters with the letters of their set, as far as they do not give them themselves."""
    return {**SETS.get(str(given.get("set", "")), {}), **given}


def check_letters(name: str, letters: dict[str, Any]) -> None:
    """RuleError if letters are not those of the set that is named; a name of the case's own says nothing."""
    for letter, number in SETS.get(name, {}).items():
        if np.shape(letters[letter]) != np.shape(number) or not np.allclose(letters[letter], number, rtol=1e-6):
            raise RuleError(
                f"{letter} is not that of the set '{name}', {number}; leave out the one or the other",
                f"{letter} 与参数组“{name}”的值 {number} 不符；二者只写其一",
            )


def set_named(quantity: str) -> tuple[str, dict[str, Any]]:
    """The set that a remark names, as in "(classic TA)", and the quantity without the remark."""
    named = _REMARK.search(quantity)
    return (_REMARK.sub("", quantity), {"set": named[1].lower()}) if named else (quantity, {})
