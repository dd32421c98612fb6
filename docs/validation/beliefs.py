"""What sellers expect against what comes of it: stories told again, and looked at where a seller files and bargains.

A filing tells what was believed of a round: the chance of a sale, and the price. Of what is bid only first rounds are
counted, and of talks what the other side could pay: so the laws of ``Expectations`` are defined.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from targets import by_replication, estimate

from sfund_sim.ground.columns import MISSING
from sfund_sim.market import agreement, exchange, gains, reviews
from sfund_sim.market.agreement import _terms as bargain
from sfund_sim.market.assessment import Assessment
from sfund_sim.market.bidders import limit
from sfund_sim.market.closing import Terms
from sfund_sim.market.exchange import _file as file_listing
from sfund_sim.market.exits import Exit
from sfund_sim.market.gains import Law
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.simulate import simulate
from sfund_sim.market.talks import Meeting, Talk, meet_now
from sfund_sim.outcomes.intervals import Estimate
from sfund_sim.scenario.model import Scenario
from sfund_sim.scenario.rules import Venue
from sfund_sim.terms import ListingEnding
from sfund_sim.venue.settlement import NO_FEES

FLOORS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.9, np.inf)
"""Bounds of floors over NAV by which first rounds are told apart."""


class Believed(NamedTuple):
    """Rounds and talks of some replications, a row each."""

    rounds: pd.DataFrame
    """Rounds that are over: what was believed of each and what came of it, its floor, and its two best bids."""
    talks: pd.DataFrame
    """What the other side can pay over the exposure (NaN: nobody), the chance expected, and was there a bargain?"""


def believed(scenario: Scenario, replications: int, seed: int) -> Believed:
    """Tell the stories of the first replications again."""
    rounds, talks = [], []
    for replication in range(1, replications + 1):
        watch = _Watch(scenario)
        with (
            mock.patch.object(exchange, "_file", watch.filed),
            mock.patch.object(agreement, "meet_now", watch.met),
            mock.patch.object(agreement, "_terms", watch.bargained),
        ):
            arrays = simulate(scenario, replication, seed, narrated=False).arrays()
        rounds.append(watch.rounds(arrays).assign(rep=replication))
        talks.append(pd.DataFrame(watch.talks).assign(rep=replication))
    return Believed(pd.concat(rounds, ignore_index=True), pd.concat(talks, ignore_index=True))


class _Watch:
    """One replication, looked at where sellers file and bargain."""

    def __init__(self, scenario: Scenario) -> None:
        self._expected, self._learning = scenario.expectations, scenario.expectations.failure_learning
        self._filed: list[dict[str, Any]] = []
        self.talks: list[dict[str, Any]] = []

    def filed(self, market: Market, exit: Exit, seen: Assessment, venue: Venue) -> Listing:
        sellers = reviews._sellers(market, market.rules(), [exit], [market.today])
        listing = file_listing(market, exit, seen, venue)
        nav, unfunded = float(sellers.reckoned.nav[0]), float(sellers.unfunded[0])
        if nav > 0:
            floor = np.array([listing.floor])
            chance, best = gains.best_bids(market, venue, sellers, np.array([0]), floor)
            price = listing.floor + gains._part_of_gap(venue, self._expected) * (float(best[0]) - listing.floor)
            told = {"listing": listing, "is_state": exit.is_state, "round": min(listing.round, 3), "nav": nav,
                    "exposure": nav + unfunded, "unfunded": unfunded, "price_expected": price / nav,
                    "expected": float(chance[0]) * (1.0 - venue.payment_failure_probability)}  # fmt: skip
            told |= {"failures": exit.failures, "unlearned": told["expected"] / self._learning**exit.failures}
            self._filed.append(told)
        return listing

    def met(self, market: Market, talk: Talk) -> Meeting:
        meeting, buyer = meet_now(market, talk), -1
        can_pay = meeting.worth if meeting.investor != MISSING else np.nan
        if meeting.investor != MISSING and meeting.investor >= market.first_buyer:
            buyer = meeting.investor - market.first_buyer
            can_pay = min(can_pay, limit(market, talk.exit, buyer, NO_FEES))
        unfunded = market.unfunded_of(talk.exit)
        exposure = market.sheet.of(talk.exit)[0] + unfunded
        self.talks[-1]["can_pay"] = (can_pay + unfunded) / exposure if can_pay > 0 and exposure > 0 else np.nan
        return meeting

    def bargained(self, market: Market, exit: Exit, seen: Assessment) -> Terms | None:
        sellers = reviews._sellers(market, seen.rules, [exit], [market.today])
        some, law = np.array([0]), Law.of(self._expected, "agreement_value")
        floor = np.array([seen.by_agreement])
        if agreement.needs_appraised_value(exit, seen.rules):
            floor = np.maximum(floor, float(exit.appraisal))
        chance = float(gains.payable(law, NO_FEES, 1.0, sellers, some, floor)[0][0]) if seen.nav > 0 else 0.0
        self.talks.append({"is_state": exit.is_state, "expected": chance * self._expected.agreement_interest})
        terms = bargain(market, exit, seen)
        self.talks[-1]["made"] = terms is not None
        if "can_pay" not in self.talks[-1]:  # The two were barred before they met.
            self.talks.pop()
        return terms

    def rounds(self, arrays: dict[str, dict[str, NDArray[Any]]]) -> pd.DataFrame:
        """What came of what was filed, of rounds that are over."""
        top, following = _two_best(arrays)
        rows = []
        for told in self._filed:
            listing: Listing = told.pop("listing")
            if listing.ending == ListingEnding.OPEN:
                continue
            made = listing.ending == ListingEnding.SOLD
            best, second = float(top[listing.number]), float(following[listing.number])
            over = {"best": best, "next": second, "floor": listing.floor}
            rows.append(told | over | {
                "made": made, "price_made": listing.price / told["nav"] if made else np.nan,
                "floor_to_nav": listing.floor / told["nav"], "disclosed": listing.disclosed != MISSING,
                "ratio": (best + told["unfunded"]) / told["exposure"] if best > 0 else np.nan,
            })  # fmt: skip
        return pd.DataFrame(rows)


def _two_best(arrays: dict[str, dict[str, NDArray[Any]]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The two best bids of each listing, fen; -1 where there is none."""
    bids, count = arrays["bids"], arrays["listings"]["exit"].size
    known = bids["bid"] != MISSING
    listing, bid = bids["listing"][known], bids["bid"][known].astype(np.float64)
    order = np.lexsort((-bid, listing))
    listing, bid = listing[order], bid[order]
    is_first = np.append(True, listing[1:] != listing[:-1])
    is_second = np.append(False, is_first[:-1]) & ~is_first
    best, following = np.full(count, -1.0), np.full(count, -1.0)
    best[listing[is_first]], following[listing[is_second]] = bid[is_first], bid[is_second]
    return best, following


def half_spread(values: NDArray[np.float64], side: int) -> float:
    """Root mean square of the logarithm over the median, of the values below it (``side`` -1) or above (1)."""
    over = np.log(values / np.median(values))
    return float(np.sqrt(np.square(over[over * side > 0]).mean()))


def laws(found: Believed) -> dict[str, Estimate]:
    """The numbers of ``Expectations`` as the model makes them, by their names there."""
    first = found.rounds.query("round == 1")
    bids = first.dropna(subset=["ratio"])
    shown = first.query("disclosed")
    bid_for = first[(first["best"] >= first["floor"]) & (first["best"] > 0)]
    bid_for = bid_for.assign(several=bid_for["next"] >= bid_for["floor"])
    met = found.talks.dropna(subset=["can_pay"])

    def gap(part: pd.DataFrame) -> float:
        contested = part.query("several")
        above = (contested[["best", "next"]].sub(contested["floor"], axis=0)).div(contested["nav"], axis=0)
        return float(above["next"].sum() / above["best"].sum())

    return {
        **_law("venue_bid", bids, "ratio"),
        "venue_interest": _mean(shown.assign(bid=shown["best"] > 0), "bid"),
        "venue_rival": _mean(bid_for, "several"),
        "venue_next_bid": estimate(by_replication(bid_for, gap)),
        **_law("agreement_value", met, "can_pay"),
        "agreement_interest": _mean(found.talks.assign(met=found.talks["can_pay"].notna()), "met"),
        "failure_learning": estimate(by_replication(found.rounds.query("failures > 0"), learning)),
    }


def learning(rounds: pd.DataFrame) -> float:
    """The factor a failure by which the chances expected without it would come to the sales made, after failures."""
    unlearned, failures = rounds["unlearned"].to_numpy(), rounds["failures"].to_numpy()
    made = float(rounds["made"].sum())
    return float(brentq(lambda factor: (unlearned * factor**failures).sum() - made, 0.0, 2.0))


def _law(name: str, table: pd.DataFrame, column: str) -> dict[str, Estimate]:
    middle = estimate(by_replication(table, lambda part: float(part[column].median())))
    below, above = (
        estimate(by_replication(table, lambda part, side=side: half_spread(part[column].to_numpy(), side)))
        for side in (-1, 1)
    )
    return {f"{name}_to_exposure": middle, f"{name}_log_sd": below, f"{name}_log_sd_above": above}


def _mean(table: pd.DataFrame, column: str) -> Estimate:
    return estimate(by_replication(table, lambda part: float(part[column].mean())))


Row = tuple[str, str, Estimate, Estimate]
"""Sellers, what of them, expected, made."""


def chances(found: Believed) -> list[Row]:
    """How often a sale, or a bargain, was expected and made: by round, first rounds by floor, and talks."""
    rows: list[Row] = []
    for is_state in (False, True):
        who = "state sellers" if is_state else "other sellers"
        rounds = found.rounds.query("is_state == @is_state")
        for number, name in ((1, "first rounds"), (2, "second rounds"), (3, "later rounds")):
            rows.append((who, name, *_both(rounds[rounds["round"] == number])))
        first = rounds.query("round == 1")
        for low, high in pairwise(FLOORS):
            some = first[first["floor_to_nav"].between(low, high, inclusive="left")]
            if some["rep"].nunique() > 1 and len(some) >= 30 * some["rep"].nunique() / 10:
                name = f"floor up to {high:.0%} of NAV" if low == 0 else f"{low:.0%} to {high:.0%}"
                name = f"{low:.0%} and more" if np.isinf(high) else name
                rows.append((who, f"first rounds, {name}".replace("%", " %"), *_both(some)))
        rows.append((who, "talks with consent", *_both(found.talks.query("is_state == @is_state"))))
    return rows


def prices(found: Believed) -> list[Row]:
    """Of first rounds that sold, the price over NAV that was expected and made."""
    sold = found.rounds.query("round == 1 and made")
    rows: list[Row] = []
    for is_state in (False, True):
        some = sold.query("is_state == @is_state")
        if some["rep"].nunique() > 1:
            who = "state sellers" if is_state else "other sellers"
            rows.append((who, "first rounds that sold", _mean(some, "price_expected"), _mean(some, "price_made")))
    return rows


def _both(table: pd.DataFrame) -> tuple[Estimate, Estimate]:
    if table.empty:
        return Estimate(np.nan, np.nan, np.nan, np.nan), Estimate(np.nan, np.nan, np.nan, np.nan)
    expected, made = (_mean(table.assign(share=table[name].astype(float)), "share") for name in ("expected", "made"))
    return _as_share(expected), _as_share(made)


def _as_share(found: Estimate) -> Estimate:
    """Shares do not reach beyond none and all, nor do their intervals."""
    return Estimate(found.value, found.standard_error, max(found.low, 0.0), min(found.high, 1.0))
