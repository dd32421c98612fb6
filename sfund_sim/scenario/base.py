"""What every piece of a scenario has in common: frozen, no unknown keys, described by its own docstrings."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Hashable, Iterable, Iterator
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from sfund_sim.ground.errors import ON_THE_KEY, RuleError, RuleErrors


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
    return steps_of(path)[0] not in NOT_THE_MARKET


def steps_of(path: str) -> tuple[str, ...]:
    """The keys and list positions that a path leads through: of ``policy[0].on`` policy, 0 and on."""
    return tuple(step.strip() for step in path.replace("[", ".").replace("]", "").split("."))


_DEEPEST = 40
"""Steps that are told apart; no scenario has as many levels."""


def overlaps(paths: Iterable[str], owners: Iterable[Hashable] | None = None) -> Iterator[tuple[int, str]]:
    """The number of each path that sets a value which an earlier path sets, a part of it or the whole of it; and that.

    Of two such paths the order of the keys would decide which value holds. Paths of one owner may: they are never set
    together. By default each path has its own.
    """
    ends: dict[tuple[str, ...], tuple[str, Hashable]] = {}
    ways: dict[tuple[str, ...], tuple[str, Hashable]] = {}
    for number, (path, owner) in enumerate(zip(paths, itertools.count() if owners is None else owners, strict=False)):
        steps = steps_of(path)[:_DEEPEST]
        way = [steps[:length] for length in range(1, len(steps) + 1)]
        met = [ends[start] for start in way if start in ends] + ([ways[steps]] if steps in ways else [])
        if others := [earlier for earlier, other in met if other != owner]:
            yield number, others[0]
        ends.setdefault(steps, (path, owner))
        for start in way:
            ways.setdefault(start, (path, owner))


def overlap(path: str, earlier: str) -> tuple[str, str]:
    """The complaint of a path that ``overlaps`` has found."""
    return (
        f"'{path}' and '{earlier}' set the same value, and only their order would say which of the two holds; "
        "keep one of them",
        f"“{path}”与“{earlier}”设定了同一取值，以哪个为准只取决于先后次序；请只保留一个",
    )


def check_apart(paths: Iterable[str], *above: str | int) -> None:
    """RuleErrors with those keys of a mapping from paths to values that set what others set; ``above`` leads to it."""
    paths = list(paths)
    if found := list(overlaps(paths)):
        raise RuleErrors([
            RuleError(*overlap(paths[number], earlier), (*above, paths[number], ON_THE_KEY))
            for number, earlier in found
        ])  # fmt: skip
