"""Fill the tables of docs/validation.md from runs of the shipped scenarios: ``python docs/validation/make_tables.py``.

``--reps N`` and ``--workers W`` as in ``sfund run``. Tables stand between markers in the page; the text is not touched.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from targets import TARGETS, by_replication, estimate, rows_of

import sfund_sim as sf
from sfund_sim.experiments.observing import Observations, observed
from sfund_sim.market import agreement, exchange, reviews
from sfund_sim.market.assessment import Assessment
from sfund_sim.market.exchange import _file as file_listing
from sfund_sim.market.exits import Exit
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.simulate import simulate
from sfund_sim.market.talks import Meeting, Talk, meet_now
from sfund_sim.outcomes.comparison import Grid, paired_grids
from sfund_sim.outcomes.dictionary import entry
from sfund_sim.outcomes.intervals import Estimate
from sfund_sim.scenario.rules import Venue
from sfund_sim.terms import ListingEnding

PAGE = Path(__file__).parents[1] / "validation.md"
REPLICATIONS = 30
SNAPSHOT = "2025-06-30"
"""Day of the funds' statistics that the bands are compared with."""
TOLD = 10
"""Replications whose stories are told again."""
OPEN_WINDOW = "2022-12-31"
"""A day on which the IPO window has been open for years."""

COMPARED = (
    "exits_count", "share_sold", "share_out_in_one_year", "restricted_mean_exit_days", "share_liquidated",
    "median_price_to_nav", "median_liquidation_to_nav", "realised_less_held_to_nav", "realised_less_held_total_cny",
)  # fmt: skip
"""What the venue's opening may change, for state sellers and for the others."""
_BELIEVED = ("expected", "made")


def written(value: float, unit: str) -> str:
    """A number as the tables show it."""
    if np.isnan(value):
        return "–"
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit == "million":
        return f"{value / 1e6:,.1f}"
    return f"{value:,.0f}" if unit in ("days", "count") and abs(value) >= 10 else f"{value:,.2f}"


def with_interval(found: Estimate, unit: str) -> str:
    """An estimate with its interval in brackets."""
    if np.isnan(found.value):
        return "–"
    return f"{written(found.value, unit)} [{written(found.low, unit)}, {written(found.high, unit)}]"


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    lines = [list(headings)]
    lines += [["---"] * len(lines[0]), *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def bands(pilot: sf.Results, before: sf.Results, snapshot: sf.Results) -> str:
    """The bands of domain.md 5b against the pilot and against the world without the venue."""
    rows = []
    for number, one in enumerate(TARGETS, start=1):
        found = estimate(one.values(snapshot if one.of_snapshot else pilot))
        without = Estimate(*[float("nan")] * 4) if one.of_snapshot else estimate(one.values(before))
        verdict = "hit" if one.low <= found.value <= one.high else "**miss**"
        band = f"{written(one.low, one.unit)} to {written(one.high, one.unit)}"
        rows.append(
            [str(number), one.name, band, with_interval(found, one.unit), with_interval(without, one.unit), verdict]
        )
    return table(["", "target", "band", "pilot [95 %]", "without the venue [95 %]", "verdict"], rows)


def comparison(pilot: sf.Results, before: sf.Results) -> str:
    """The pilot less the world without the venue, paired by replication."""
    found = paired_grids(_grid(before), _grid(pilot))
    wanted = [("is_state", group, name) for group in ("state", "non_state") for name in COMPARED]
    wanted.append(("all", "all", "forced_liquidations"))
    rows = []
    for group_by, group, name in wanted:
        cell = {"outcome": name, "group_by": group_by, "group": group}
        paired = rows_of(found, **cell).to_dict("records") or [_unpaired(before, pilot, cell)]
        rows += [_compared(row) for row in paired]
    return table(["sellers", "outcome", "without", "with", "difference [95 %]", "variance removed"], rows)


def _grid(run: sf.Results) -> Grid:
    """A run's values as comparisons have them: medians of sales are those of all replications."""
    kept = Observations(run.info)
    for number, replication in run.by_number.items():
        kept.add(number, observed(run.info, replication))
    return kept.grid()


def _unpaired(before: sf.Results, pilot: sf.Results, cell: dict[str, str]) -> dict[str, Any]:
    """Levels of an outcome that one side has not, as the price of state sellers without the venue: no difference."""
    found = [rows_of(run.summary, **cell)["estimate"] for run in (before, pilot)]
    first, second = (float(each.iloc[0]) if len(each) else float("nan") for each in found)
    nothing = dict.fromkeys(("difference", "low", "high", "variance_removed"), float("nan"))
    return {**cell, **nothing, "unit": entry(cell["outcome"]).unit, "level_first": first, "level_second": second}


def _compared(one: dict[str, Any]) -> list[str]:
    unit = {"days": "days", "CNY": "million", "count": "number"}.get(one["unit"], "share")
    difference = Estimate(one["difference"], float("nan"), one["low"], one["high"])
    label = entry(one["outcome"]).label_en + (", m yuan" if unit == "million" else "")
    levels = [written(one[side], unit) for side in ("level_first", "level_second")]
    return [one["group"].replace("_", "-"), label, *levels, with_interval(difference, unit),
            written(one["variance_removed"], "share")]  # fmt: skip


def marks(snapshots: dict[str, sf.Results]) -> str:
    """Log of reported over true NAV of all living funds on one day, against what buyers are made to believe."""
    rows = []
    for day, results in snapshots.items():
        rules = results.scenario.timeline().on(results.scenario.horizon.days - 1)
        closure, believed = rules.ipo_window.closure(), results.scenario.expectations
        funds = results.funds.query("alive == 1 and nav_true_cny > 0 and nav_reported_cny > 0")
        funds = funds.assign(bias=np.log(funds["nav_reported_cny"] / funds["nav_true_cny"]))
        mean = estimate(by_replication(funds, lambda part: float(part["bias"].mean())))
        spread = estimate(by_replication(funds, lambda part: float(part["bias"].std())))
        belief = (1 - closure) * believed.mark_bias_open + closure * believed.mark_bias_shut
        rows.append([day, rules.ipo_window.state, with_interval(mean, "number"), f"{belief:.2f}",
                     with_interval(spread, "number"), f"{believed.mark_bias_log_sd:.2f}"])  # fmt: skip
    headings = ["day", "IPO window", "mean log bias [95 %]", "believed", "its standard deviation [95 %]", "believed"]
    return table(headings, rows)


def best_bids(pilot: sf.Results) -> str:
    """Best bids over published NAV, who is ready, talks and votes on extensions, against what is expected of them."""
    believed = pilot.scenario.expectations
    bids = pilot.bids.dropna(subset=["bid_to_nav"])
    best = bids.groupby(["rep", "listing_id"], as_index=False)["bid_to_nav"].max().query("bid_to_nav > 0")
    middle = estimate(by_replication(best, lambda part: float(part["bid_to_nav"].median())))
    below, above = (
        estimate(by_replication(best, lambda part, side=side: half_spread(part["bid_to_nav"].to_numpy(), side)))
        for side in (-1, 1)
    )
    over = pilot.listings.query("closed == 1 and disclosure_date.notna()")
    over = over.merge(best[["rep", "listing_id"]].assign(bid=True), on=["rep", "listing_id"], how="left")
    somebody = estimate(by_replication(over, lambda part: float(part["bid"].notna().mean())))
    rivals, part = best_and_next(pilot)
    met, worth, worth_below, worth_above = talks(pilot)
    carried = estimate(by_replication(pilot.votes, lambda part: float(part["carried"].mean())))
    rows = [
        ["median best bid at the venue over NAV", with_interval(middle, "number"),
         f"{believed.venue_bid_to_exposure:.2f}"],
        ["spread of its logarithm below the median", with_interval(below, "number"),
         f"{believed.venue_bid_log_sd:.2f}"],
        ["and above", with_interval(above, "number"), f"{believed.venue_bid_log_sd_above:.2f}"],
        ["rounds disclosed in which anybody bids", with_interval(somebody, "number"),
         f"{believed.venue_interest:.2f}"],
        ["biddings with a bid that have another one", with_interval(rivals, "number"), f"{believed.venue_rival:.2f}"],
        ["next best bid above the floor, as a part of the best above it", with_interval(part, "number"),
         f"{believed.venue_next_bid:.2f}"],
        ["talks with the GP's consent in which somebody is met who would buy", with_interval(met, "number"),
         f"{believed.agreement_interest:.2f}"],
        ["median of what the share is worth to it over NAV", with_interval(worth, "number"),
         f"{believed.agreement_value_to_exposure:.2f}"],
        ["spread of its logarithm below the median", with_interval(worth_below, "number"),
         f"{believed.agreement_value_log_sd:.2f}"],
        ["and above", with_interval(worth_above, "number"), f"{believed.agreement_value_log_sd_above:.2f}"],
        ["votes on an extension that are carried", with_interval(carried, "number"),
         f"{believed.extension_probability:.2f}"],
    ]  # fmt: skip
    return table(["quantity", "model [95 %]", "expected"], rows)


def half_spread(values: NDArray[np.float64], side: int) -> float:
    """Root mean square of the logarithm over the median, of the values below it (``side`` -1) or above (1)."""
    over = np.log(values / np.median(values))
    return float(np.sqrt(np.square(over[over * side > 0]).mean()))


def chances(pilot: sf.Results) -> str:
    """Of sellers' first rounds and later ones: how often a sale was expected on the filing day, and how often made."""
    told: list[tuple[int, bool, int, float, bool]] = []
    for replication in range(1, min(pilot.replications, TOLD) + 1):
        filed: list[tuple[Listing, float]] = []

        def watched(market: Market, exit: Exit, seen: Assessment, venue: Venue, filed: Any = filed) -> Listing:
            sellers = reviews._sellers(market, market.rules(), [exit], [market.today])
            listing = file_listing(market, exit, seen, venue)
            if sellers.reckoned.nav[0] > 0:
                floor = np.array([listing.floor])
                chance, _ = reviews._best_bids(market, venue, sellers, np.array([0]), floor)
                filed.append((listing, float(chance[0]) * (1.0 - venue.payment_failure_probability)))
            return listing

        with mock.patch.object(exchange, "_file", watched):
            simulate(pilot.scenario, replication, pilot.seed, narrated=False)
        told += [
            (replication, listing.exit.is_state, min(listing.round, 3), chance, listing.ending == ListingEnding.SOLD)
            for listing, chance in filed
            if listing.ending != ListingEnding.OPEN
        ]
    found = pd.DataFrame(told, columns=["rep", "is_state", "round", *_BELIEVED])
    rows = []
    for (is_state, number), part in found.groupby(["is_state", "round"]):
        both = [estimate(by_replication(part, lambda one, name=name: float(one[name].mean()))) for name in _BELIEVED]
        rounds = {1: "first round", 2: "second", 3: "later ones"}[int(number)]
        sellers = "state sellers" if is_state else "other sellers"
        rows.append([sellers, rounds, *(with_interval(each, "share") for each in both)])
    return table(["sellers", "round", "sale expected [95 %]", "made [95 %]"], rows)


def best_and_next(pilot: sf.Results) -> tuple[Estimate, Estimate]:
    """Of biddings with a bid at or above the floor: how many have another, and how far that one is above the floor."""
    one = ["rep", "listing_id"]
    bids = pilot.bids.merge(pilot.listings[[*one, "floor_cny", "nav_cny"]], on=one).query("nav_cny > 0")
    bids = bids.assign(above=(bids["bid_cny"] - bids["floor_cny"]) / bids["nav_cny"]).query("above >= 0")
    place = bids.groupby(one)["above"].rank(method="first", ascending=False)
    best, following = (bids[place == rank].set_index(one)["above"] for rank in (1, 2))
    several = best.index.isin(following.index)
    contested = pd.DataFrame({"best": best[several], "next": following}).reset_index()
    rivals = by_replication(best.to_frame().assign(several=several).reset_index(), lambda part: part["several"].mean())
    parts = by_replication(contested, lambda part: float(part["next"].sum() / part["best"].sum()))
    return estimate(rivals), estimate(parts)


def talks(pilot: sf.Results) -> tuple[Estimate, Estimate, Estimate, Estimate]:
    """Share of talks, given the GP's consent, with somebody to whom the share is worth anything; its worth over NAV."""
    shares, middles, below, above = [], [], [], []
    for replication in range(1, min(pilot.replications, TOLD) + 1):
        worth: list[float] = []

        def watched(market: Market, talk: Talk, worth: list[float] = worth) -> Meeting:
            meeting = meet_now(market, talk)
            nav = market.sheet.of(talk.exit)[0]
            worth.append(meeting.worth / nav if nav > 0 else 0.0)
            return meeting

        with mock.patch.object(agreement, "meet_now", watched):
            simulate(pilot.scenario, replication, pilot.seed, narrated=False)
        known = np.array(worth)
        known = known[known > 0]
        shares.append(known.size / len(worth))
        middles.append(float(np.median(known)))
        below.append(half_spread(known, -1))
        above.append(half_spread(known, 1))
    share, middle, low, high = (estimate(np.array(values)) for values in (shares, middles, below, above))
    return share, middle, low, high


def made_with(pilot: sf.Results) -> str:
    """What made the tables."""
    info = pilot.info
    return (
        f"sfund_sim {sf.__version__}, seed {pilot.seed}, {pilot.replications} replications, "
        f"scenario `{pilot.scenario.name}` {info.scenario_hash[:12]}."
    )


def filled(page: str, tables: dict[str, str]) -> str:
    """The page with each table between its markers."""
    for name, text in tables.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not pattern.search(page):
            raise SystemExit(f"{PAGE.name} has no place for the table '{name}'")
        page = pattern.sub(lambda match, text=text: f"{match[1]}{text}\n{match[2]}", page)
    return page


def main() -> None:
    """Run the scenarios and fill the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=REPLICATIONS)
    parser.add_argument("--workers", type=int, default=None)
    asked = parser.parse_args()

    def ran(name: str, *overrides: str) -> sf.Results:
        print(f"running {name} {' '.join(overrides)}", flush=True)
        return sf.run(sf.load_scenario(name, overrides), replications=asked.reps, workers=asked.workers)

    pilot, before = ran("beijing_pilot"), ran("before_pilot")
    snapshots = {day: ran("beijing_pilot", f"horizon.end={day}") for day in (OPEN_WINDOW, SNAPSHOT)}
    tables = {
        "made with": made_with(pilot),
        "bands": bands(pilot, before, snapshots[SNAPSHOT]),
        "comparison": comparison(pilot, before),
        "marks": marks(snapshots),
        "best bids": best_bids(pilot),
        "chances": chances(pilot),
    }
    PAGE.write_text(filled(PAGE.read_text("utf-8"), tables), "utf-8")


if __name__ == "__main__":
    main()
