"""What sellers expect of bids and talks against what comes of them: laws, chances and prices from rounds and talks.

Of what is bid only first rounds are counted, and of talks what the other side could pay, each as what it costs who pays
it (its outlay): so the laws of ``Expectations`` (``scenario/model.py``) are defined. A seller does not know in which
history it lives, so every number is that of the rows of all replications together, the clusters of its interval.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sfund_sim.ground.columns import MISSING
from sfund_sim.outcomes.intervals import Estimate, jackknife_error, jackknife_groups, student_quantile
from sfund_sim.outcomes.medians import NOTHING, Rows
from sfund_sim.terms import ListingEnding

Columns = Mapping[str, NDArray[Any]]

FLOORS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.9, np.inf)
"""Bounds of floors over NAV by which first rounds are told apart."""
LEAST_A_GROUP = 3
"""First rounds a replication below which those of some floors tell nothing."""


class Compared(NamedTuple):
    """An expectation of some sellers beside what was made of it."""

    is_state: bool
    what: str
    """``round_1``, ``round_2``, ``later_rounds``, ``floor`` (first rounds by floor), ``talks``, or ``price``."""
    low: float
    """Floors from, over NAV; NaN where floors are not told apart."""
    high: float
    expected: Estimate
    made: Estimate


def rounds_of(hopes: Columns, listings: Columns) -> dict[str, NDArray[Any]]:
    """What was believed of each round that is over, and what came of it: prices, floors and bids over NAV.

    The best bid of those who did not win is told where it reaches the floor.
    """
    number = hopes["listing"].astype(np.int64)
    told = {name: column[number] for name, column in listings.items()}
    nav, made = told["nav"].astype(np.float64), told["ending"] == ListingEnding.SOLD
    best, following = (np.where(told[name] > 0, told[name], np.nan) for name in ("best_bid", "runner_up"))
    outlay = np.where(hopes["outlay"] > 0, hopes["outlay"], np.nan)
    over = told["ending"] != ListingEnding.OPEN
    with np.errstate(invalid="ignore", divide="ignore"):
        columns = {
            "is_state": hopes["is_state"] == 1, "round": told["round"], "failures": hopes["failures"],
            "chance": hopes["chance"], "made": made, "floor": told["floor"] / nav,
            "price_expected": hopes["price"] / nav, "price_made": np.where(made, told["price"] / nav, np.nan),
            "best": best / nav, "next": following / nav, "disclosed": told["disclosed"] != MISSING,
            "best_to_exposure": (outlay + hopes["unfunded"]) / hopes["exposure"],
        }  # fmt: skip
    return {name: column[over] for name, column in columns.items()}


def talks_of(hopes: Columns) -> dict[str, NDArray[Any]]:
    """What was believed of talks that came as far as bargaining, and what came of them."""
    can_pay = np.where(hopes["can_pay"] > 0, hopes["can_pay"] / hopes["exposure"], np.nan)
    return {
        "is_state": hopes["is_state"] == 1, "chance": hopes["chance"], "made": hopes["agreed"] == 1,
        "can_pay_to_exposure": can_pay,
    }  # fmt: skip


def laws(rounds: pd.DataFrame, talks: pd.DataFrame, learning: float) -> dict[str, Estimate]:
    """The numbers of ``Expectations`` as the market makes them, by their names there.

    Both tables have a row a round, or talks, of all replications (``rep``); ``learning`` is the believed factor.
    """
    first = rounds[rounds["round"] == 1]
    bid_for = first[first["best"] >= first["floor"]]
    bid_for = bid_for.assign(several=bid_for["next"].notna())
    shown = first[first["disclosed"]]
    return {
        **_law("venue_bid", first, "best_to_exposure"),
        "venue_interest": _mean(shown.assign(bid=shown["best"].notna()), "bid"),
        "venue_rival": _mean(bid_for, "several"),
        "venue_next_bid": _estimate(bid_for[bid_for["several"]], _part_above_floor),
        "failure_learning": _estimate(rounds[rounds["failures"] > 0], lambda part: _learning(part, learning)),
        **_law("agreement_value", talks, "can_pay_to_exposure"),
        "agreement_interest": _mean(talks.assign(met=talks["can_pay_to_exposure"].notna()), "met"),
    }


def half_spread(values: NDArray[Any], side: int) -> float:
    """Root mean square of the logarithm over the median, of the values below it (``side`` -1) or above (1)."""
    over = np.log(values / np.median(values)) if values.size else np.zeros(0)
    some = over[over * side > 0]
    return float(np.sqrt(np.square(some).mean())) if some.size else np.nan


def _law(name: str, table: pd.DataFrame, column: str) -> dict[str, Estimate]:
    known = table.dropna(subset=[column])
    return {
        f"{name}_to_exposure": Rows(known[column].to_numpy(np.float64), known["rep"].to_numpy()).median(),
        f"{name}_log_sd": _estimate(known, lambda part: half_spread(part[column].to_numpy(), -1)),
        f"{name}_log_sd_above": _estimate(known, lambda part: half_spread(part[column].to_numpy(), 1)),
    }


def _part_above_floor(contested: pd.DataFrame) -> float:
    """What the next best bids are above their floors, as a part of what the best ones are."""
    above = contested[["best", "next"]].sub(contested["floor"], axis=0).sum()
    return float(above["next"] / above["best"]) if above["best"] > 0 else np.nan


def _learning(rounds: pd.DataFrame, believed: float) -> float:
    """The factor a failure by which the chances expected without it would come to the sales made, after failures."""
    from scipy.optimize import brentq

    if believed == 0:
        return np.nan
    failures = rounds["failures"].to_numpy(np.float64)
    unlearned, made = rounds["chance"].to_numpy() / believed**failures, float(rounds["made"].sum())
    if unlearned.sum() < made:  # More is sold after failures than without them was hoped for.
        return 1.0
    return float(brentq(lambda factor: float((unlearned * factor**failures).sum()) - made, 0.0, 1.0))


def chances(rounds: pd.DataFrame, talks: pd.DataFrame) -> list[Compared]:
    """How often a sale, or a bargain, was expected and made: by round, first rounds by floor, and talks."""
    rows: list[Compared] = []
    for is_state in (False, True):
        own = rounds[rounds["is_state"] == is_state]
        number = own["round"].clip(upper=3)
        for value, name in enumerate(("round_1", "round_2", "later_rounds"), start=1):
            rows.append(_both(is_state, name, own[number == value]))
        first = own[own["round"] == 1]
        for low, high in pairwise(FLOORS):
            some = first[first["floor"].between(low, high, inclusive="left")]
            if some["rep"].nunique() > 1 and len(some) >= LEAST_A_GROUP * some["rep"].nunique():
                rows.append(_both(is_state, "floor", some, low, high))
        rows.append(_both(is_state, "talks", talks[talks["is_state"] == is_state]))
    return [row for row in rows if not np.isnan(row.made.value)]


def prices(rounds: pd.DataFrame) -> list[Compared]:
    """Of first rounds that sold, the price over NAV that was expected and made."""
    sold = rounds[(rounds["round"] == 1) & rounds["made"]]
    both = [(is_state, sold[sold["is_state"] == is_state]) for is_state in (False, True)]
    return [
        Compared(is_state, "price", np.nan, np.nan, _mean(some, "price_expected"), _mean(some, "price_made"))
        for is_state, some in both
        if some["rep"].nunique() > 1
    ]


def _both(is_state: bool, what: str, table: pd.DataFrame, low: float = np.nan, high: float = np.nan) -> Compared:
    expected, made = (_mean(table, name) for name in ("chance", "made"))
    return Compared(is_state, what, low, high, _as_share(expected), _as_share(made))


def _as_share(found: Estimate) -> Estimate:
    """Shares do not reach beyond none and all, nor do their intervals."""
    return Estimate(found.value, found.standard_error, max(found.low, 0.0), min(found.high, 1.0))


def _mean(table: pd.DataFrame, column: str) -> Estimate:
    return _estimate(table, lambda part: float(part[column].mean()))


def _estimate(table: pd.DataFrame, value: Callable[[pd.DataFrame], float]) -> Estimate:
    """A number of all rows; its interval by the jackknife that leaves replications out, NaN where there is only one."""
    if table.empty:
        return NOTHING
    group, groups = jackknife_groups(table["rep"], len(table))
    found = value(table)
    if groups < 2:
        return NOTHING._replace(value=found)
    left_out = np.array([value(table[group != number]) for number in range(groups)])
    error = float(jackknife_error(left_out))
    reach = float(student_quantile(groups - 1)) * error
    return Estimate(found, error, found - reach, found + reach)
