"""What exported columns are: the dictionary's, and the factors of a sweep, which no dictionary knows beforehand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from sfund_sim.outcomes.dictionary import Entry, columns_of, entry

POINTS = "points"
"""The one table whose columns are, but for its identifiers, what a sweep varies."""
Lookup = Callable[[str], Entry]

_STATA_NAME = 32
"""Characters of a variable's name (Stata, "Limits", help limits)."""
_STATA_WORDS = re.compile(r"_all|_b|byte|_coef|_cons|double|float|if|in|int|long|_n|_N|_pi|_pred|_rc|_skip|str\d*|strL|"
                          r"using|with")  # fmt: skip
"""Words that name no variable (Stata, User's Guide, section 11.3)."""


def lookup_of(table: str) -> Lookup:
    """How to look up the columns of a table: in the dictionary; of the points of a sweep also what it varies."""
    known = set(columns_of(f"sweep/{POINTS}"))
    return (lambda column: entry(column) if column in known else _factor(column)) if table == POINTS else entry


def _factor(name: str) -> Entry:
    return Entry(
        kind="column",
        tables=f"sweep/{POINTS}",
        name=name,
        unit="",
        definition="Value of this parameter, or level of this package of values, at the point.",
        definition_zh="该参数在此试验点的取值，或该组取值在此试验点的水平。",
        label_en=name,
        label_zh=name,
    )


def stata_names(columns: Iterable[str]) -> dict[str, str]:
    """Names that Stata takes, all different: of a path as many of its last words as there is room for."""
    names: dict[str, str] = {}
    for column in columns:
        name, number = _stata_name(column), 1
        stem = name
        while name in names.values():
            number += 1
            name = f"{stem[: _STATA_NAME - len(str(number)) - 1]}_{number}"
        names[column] = name
    return names


def _stata_name(column: str) -> str:
    """The whole path if it fits, else its last words; signs that a name may not have become underscores."""
    words = ["".join(sign if _may_stand(sign) else "_" for sign in word) for word in column.split(".")]
    while len(words) > 1 and len("_".join(words)) > _STATA_NAME:
        del words[0]
    name = "_".join(words)[-_STATA_NAME:] or "_"
    if name[0].isdigit():
        name = f"_{name}"[:_STATA_NAME]
    return f"{name}_" if _STATA_WORDS.fullmatch(name) else name


def _may_stand(sign: str) -> bool:
    """Letters and digits of ASCII, and letters beyond the Latin ones, such as Chinese characters."""
    return sign == "_" or (sign.isalnum() and (sign.isascii() or ord(sign) > 0xFF))
