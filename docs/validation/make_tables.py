"""Fill the tables of docs/validation.md from runs of the shipped scenarios: ``python docs/validation/make_tables.py``.

``--reps N`` and ``--workers W`` as in ``sfund run``. Tables stand between markers in the page; the text is not touched.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from targets import TARGETS, by_replication, estimate, rows_of

import sfund_sim as sf
from sfund_sim.experiments.expecting import Look
from sfund_sim.experiments.observing import Observations, observed
from sfund_sim.outcomes.comparison import Grid, paired_grids
from sfund_sim.outcomes.dictionary import entry
from sfund_sim.outcomes.intervals import Estimate
from sfund_sim.outcomes.medians import Rows
from sfund_sim.report.expectations_terminal import what

PAGE = Path(__file__).parents[1] / "validation.md"
REPLICATIONS = 30
SNAPSHOT = "2025-06-30"
"""Day of the funds' statistics that the bands are compared with."""
OF_ALL, LOOKED_AT = 8, 100
"""Replications of the national market, and of the pilot where expectations are held against what comes of them."""
OPEN_WINDOW = "2022-12-31"
"""A day on which the IPO window has been open for years."""

COMPARED = (
    "exits_count", "share_sold", "share_out_in_one_year", "restricted_mean_exit_days", "share_liquidated",
    "median_price_to_nav", "median_liquidation_to_nav", "realised_less_held_to_nav", "realised_less_held_urgent_to_nav",
    "realised_less_held_total_cny", "realised_less_held_urgent_total", "realised_less_held_all_cny",
    "realised_less_held_urgent_all", "share_seller_loses", "seller_surplus_to_nav", "seller_surplus_net_to_nav",
    "failed_costs_total_cny",
)  # fmt: skip
"""What the venue's opening may change, for state sellers and for the others."""
OF_ALL_SELLERS = (
    "forced_liquidations", "share_seller_loses", "buyer_surplus_to_nav", "buyer_surplus_net_to_nav",
    "due_diligence_total_cny", "surplus_total_cny", "surplus_net_total_cny",
)  # fmt: skip
"""What it may change for the market as a whole."""


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


def quoted(pilot: sf.Results) -> str:
    """Numbers of the pilot that texts of this page and of model.md lean on."""
    sales = pilot.exits.query("sold == 1")
    at_venue = sales.query("route == 'venue'")
    state = at_venue.query("is_state == 1")
    waits = Rows(state["days_from_decision"].to_numpy(float), state["rep"].to_numpy()).median()
    awards = pilot.bids.query("won == 1").groupby(["rep", "exit_id"])["bid_date"].max()
    awarded = at_venue.join(awards.rename("award_date"), ["rep", "exit_id"])
    awarded["days"] = (pd.to_datetime(awarded["end_date"]) - pd.to_datetime(awarded["award_date"])).dt.days
    least = {kind: mix.ticket_min_cny for kind, mix in pilot.scenario.population.buyers.items()}
    bought = sales[sales["buyer_kind"].isin(list(least))]
    is_small = bought["price_cny"] < bought["buyer_kind"].astype(str).map(least)
    found = {
        "days from decision to cash at the venue, state sellers (median)": (waits, "days"),
        "days from award to payment at the venue (mean)": (_mean_of(awarded, "days"), "days"),
        "sales to others than partners below the buyer's smallest ticket": (
            _mean_of(bought.assign(is_small=is_small), "is_small"), "share"),
    }  # fmt: skip
    return table(["quantity", "pilot [95 %]"], ([name, with_interval(*each)] for name, each in found.items()))


def _mean_of(rows: pd.DataFrame, column: str) -> Estimate:
    return estimate(by_replication(rows, lambda part: float(part[column].mean())))


def comparison(pilot: sf.Results, before: sf.Results) -> str:
    """The pilot less the world without the venue, paired by replication."""
    found = paired_grids(_grid(before), _grid(pilot))
    wanted = [("is_state", group, name) for group in ("state", "non_state") for name in COMPARED]
    wanted += [("all", "all", name) for name in OF_ALL_SELLERS]
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


LAWS = {
    "venue_bid_to_exposure": "best bid at the venue, fee and unfunded commitment included, over the exposure: median",
    "venue_bid_log_sd": "spread of its logarithm below the median",
    "venue_bid_log_sd_above": "and above",
    "venue_interest": "rounds disclosed in which anybody bids",
    "venue_rival": "biddings with a bid that have another one",
    "venue_next_bid": "next best bid above the floor, as a part of the best above it",
    "failure_learning": "factor on the chance of a sale after each round without a good enough bid",
    "agreement_value_to_exposure": "what the other side of talks can pay, likewise: median",
    "agreement_value_log_sd": "spread of its logarithm below the median",
    "agreement_value_log_sd_above": "and above",
    "agreement_interest": "talks with the GP's consent in which somebody is met who can pay anything",
    "extension_probability": "votes on an extension that are carried",
}
"""Of ``Expectations``, what the model makes of it can be measured."""


def best_bids(pilot: sf.Results, national: sf.Results, found: Sequence[Look]) -> str:
    """Bids, talks and votes of both scenarios against what is expected of them."""
    both = [
        (results, look.made | {"extension_probability": estimate(by_replication(results.votes, _carried))})
        for results, look in zip((pilot, national), found, strict=True)
    ]
    rows = [
        [words, *(cell for results, made in both for cell in _made_and_believed(results, made, name))]
        for name, words in LAWS.items()
    ]
    return table(["quantity", "pilot [95 %]", "expected", "national [95 %]", "expected"], rows)


def _carried(votes: pd.DataFrame) -> float:
    return float(votes["carried"].mean())


def _made_and_believed(results: sf.Results, made: dict[str, Estimate], name: str) -> tuple[str, str]:
    return with_interval(made[name], "number"), f"{getattr(results.scenario.expectations, name):.3g}"


def chance_table(found: Look) -> str:
    """Of rounds and talks: how often a sale was expected on the day, and how often made; the price likewise."""
    rows = [[what(row, "en"), with_interval(row.expected, "share"), with_interval(row.made, "share")]
            for row in found.chances]  # fmt: skip
    return table(["sellers", "expected [95 %]", "made [95 %]"], rows)


def looked_at(name: str, replications: int, workers: int | None) -> Look:
    """A scenario's expectations against what its market makes of them, in other histories than they were set by."""
    print(f"looking at {name}", flush=True)
    loaded = sf.load_scenario(name)
    other = {"replications": replications, "seed": loaded.scenario.seed + 1, "workers": workers}
    return sf.settle_expectations(loaded, **other, rounds=0).looks[0]


def made_with(pilot: sf.Results) -> str:
    """What made the tables."""
    info = pilot.info
    return (
        f"sfund_sim {info.version} (code {info.code}), seed {pilot.seed}, {pilot.replications} replications, "
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
    national = sf.run(sf.load_scenario("china_national"), replications=OF_ALL, workers=1)
    told = [
        looked_at(name, reps, asked.workers)
        for name, reps in (("beijing_pilot", LOOKED_AT), ("china_national", OF_ALL))
    ]
    snapshots = {day: ran("beijing_pilot", f"horizon.end={day}") for day in (OPEN_WINDOW, SNAPSHOT)}
    tables = {
        "made with": made_with(pilot),
        "bands": bands(pilot, before, snapshots[SNAPSHOT]),
        "quoted": quoted(pilot),
        "comparison": comparison(pilot, before),
        "marks": marks(snapshots),
        "best bids": best_bids(pilot, national, told),
        "chances": chance_table(told[0]),
        "national chances": chance_table(told[1]),
    }
    PAGE.write_text(filled(PAGE.read_text("utf-8"), tables), "utf-8")


if __name__ == "__main__":
    main()
