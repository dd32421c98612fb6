"""What every piece of a scenario has in common: frozen, no unknown keys, described by its own docstrings."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from sfund_sim.ground.errors import RuleError, RuleErrors


class Described(BaseModel):
    """A frozen piece of a scenario; attribute docstrings are the descriptions in schema, ODD tables and ``explain``."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)


Share = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(gt=-1, le=10)]
Growth = Annotated[float, Field(gt=-1, le=1)]
"""A return or a growth a year. The market of no country has doubled each year, and at several hundred per cent a year
companies are worth more than the 2**63 fen that a column of money holds before their fund ends."""
Volatility = Annotated[float, Field(ge=0, le=1, json_schema_extra={"unit": ""})]
"""Standard deviation of a log return a year; bounded for the same reason."""
Hazard = Annotated[float, Field(ge=0, le=100)]
Yuan = Annotated[float, Field(ge=0, le=1e14)]
Days = Annotated[int, Field(ge=0, le=3650)]
Years = Annotated[float, Field(ge=0, le=50)]
Spread = Annotated[float, Field(ge=0, le=5)]
"""Standard deviation of a logarithm."""
Count = Annotated[int, Field(ge=0, le=5_000_000)]


def is_plain_name(name: str) -> bool:
    """Does it begin with a letter, a digit or a Chinese character, and show all its signs in their order?

    Spreadsheets take what begins with ``=``, ``+``, ``-`` or ``@`` for a formula, and signs that nobody sees
    (categories C, Zl and Zp of Unicode) make two names look like one, or turn the text behind them round.
    """
    kinds = [unicodedata.category(sign) for sign in name]
    return name[:1].isalnum() and not any(kind[0] == "C" or kind in ("Zl", "Zp") for kind in kinds)


def _not_plain(name: str) -> RuleError:
    return RuleError(
        f"'{name}' is no name: it must begin with a letter, a digit or a Chinese character and have no invisible signs",
        f"“{name}”不能作为名称：须以字母、数字或汉字开头，且不得含不可见字符",
    )


def _plain(name: str) -> str:
    if not is_plain_name(name):
        raise _not_plain(name)
    return name


def check_names(names: Iterable[str], *above: str) -> None:
    """RuleErrors with those keys of a mapping that cannot be names in tables; ``above`` leads to the mapping."""
    if wrong := [_not_plain(name).below(*above, name) for name in names if not is_plain_name(name)]:
        raise RuleErrors(wrong)


Name = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_plain)]
"""What somebody or something is called in tables."""

NOT_THE_MARKET = ("schema_version", "name", "title", "replications", "seed", "experiment")
"""Fields of a scenario that say what it is called and how it is run, not what the market is like."""


def is_of_the_market(path: str) -> bool:
    """Does a path, as users write it, lead to something that changes what happens in the market?"""
    return path.replace("[", ".").split(".")[0].strip() not in NOT_THE_MARKET
