"""Fill docs/questions/settled.md: what changes of the pilot do, with sellers' expectations as they were and settled.

``python docs/questions/settled.py``; ``--reps`` and ``--workers`` as in ``sfund compare``. Tables stand between markers
in the page; the text about them is written by hand and is not touched.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from make_pages import table

import sfund_sim as sf
from sfund_sim.experiments.expecting import Settled
from sfund_sim.experiments.source_code import source_sha256
from sfund_sim.outcomes.dictionary import entry
from sfund_sim.report.words import estimate_text, outcome_heading

PAGE = Path(__file__).with_name("settled.md")
REPLICATIONS = 30
OUTCOMES = ("share_sold", "median_price_to_nav", "restricted_mean_exit_days")
SELLERS = {"state": "state", "non_state": "others"}


class Case(NamedTuple):
    """A change of the pilot."""

    name: str
    page: str
    """Of the question that asks of it."""
    layer: dict[str, Any]
    """What is laid over the pilot."""


def _kept_back(kinds: str) -> dict[str, Any]:
    law = {"kind": "lognormal", "mu": -0.5, "sigma": 0.5}
    return {kind: {"bidding": {"kind": "cautious", "law": law}} for kind in kinds.split()}


CASES = [
    Case("five buyers are shown an offer", "r02", {"venues": {"beijing": {"disclosure": {"invited": 5}}}}),
    Case("no floor for state sellers", "r03", {"state_assets": {"regime": "appraisal"}}),
    Case("the IPO window stays open", "r07", {"policy_dropped": ["ipo_tightening"]}),
    Case("state S-funds have 4.4 times the money", "r08",
         {"population": {"buyers": {"state_s_fund": {"mean_capital_cny": 2.0e9}}}}),
    Case("and may pay more than cost", "r08",
         {"population": {"buyers": {"state_s_fund": {"mean_capital_cny": 2.0e9, "cost_cap": None}}}}),
    Case("first-price bids, profit kept back in equilibrium", "r10",
         {"venues": {"beijing": {"auction": "first_price"}},
          "population": {"buyers": _kept_back("market_s_fund state_s_fund fund_of_funds insurer")}}),
    Case("somebody stands ready for seven in ten", "prematched", {"agreement": {"prematched_share": 0.7}}),
]  # fmt: skip


class Found(NamedTuple):
    """A case, run."""

    case: Case
    settled: Settled
    differences: pd.DataFrame


def run(case: Case, folder: Path, settled_base: list[str], replications: int, workers: int | None) -> Found:
    """The pilot, the case with the pilot's expectations, and the case with its own; all settled in these histories."""
    layers = {"pilot": {}, "changed": case.layer, "settled": case.layer}
    for name, layer in layers.items():
        layer = {"schema_version": 1, "extends": "shipped:beijing_pilot", "name": name, **layer}
        (folder / f"{name}.yaml").write_text(json.dumps(layer), "utf-8")  # JSON is YAML.
    base, changed = (sf.load_scenario(folder / f"{name}.yaml", settled_base) for name in ("pilot", "changed"))
    settled = sf.settle_expectations(changed, replications=replications, workers=workers)
    knowing = sf.load_scenario(folder / "settled.yaml", settled.overrides)
    compared = sf.compare([base, changed, knowing], replications=replications, workers=workers)
    print(f"{case.name}: {len(settled.looks)} looks, settled: {settled.is_settled}", flush=True)
    return Found(case, settled, compared.differences)


def effects(found: list[Found]) -> str:
    """Differences from the pilot, both ways."""
    rows = []
    for one in found:
        for group, sellers in SELLERS.items():
            row = [f"[{one.case.name}]({one.case.page}.md)" if group == "state" else "", sellers]
            for outcome in OUTCOMES:
                row += [_difference(one.differences, name, group, outcome) for name in ("changed", "settled")]
            rows.append(row)
    headings = ["change", "sellers"]
    for outcome in OUTCOMES:
        headings += [f"{outcome_heading(outcome, 'en')}: expectations as they were", "settled"]
    return table(headings, rows)


def _difference(differences: pd.DataFrame, name: str, group: str, outcome: str) -> str:
    wanted = differences.query(
        "scenario_id == @name and group_by == 'is_state' and group == @group and outcome == @outcome"
    )
    if wanted.empty:
        return "–"
    one = wanted.iloc[0]
    told = (float(one["difference"]), float(one["low"]), float(one["high"]))
    return estimate_text(told, entry(outcome).unit, "en")


def expectations(found: list[Found]) -> str:
    """What sellers come to expect."""
    names = (
        "venue_bid_to_exposure",
        "venue_interest",
        "venue_rival",
        "agreement_value_to_exposure",
        "agreement_interest",
    )
    first = found[0].settled.looks[0].believed
    rows = [["the pilot", *(f"{getattr(first, name):.3g}" for name in names)]]
    rows += [[one.case.name, *(f"{getattr(one.settled.expectations, name):.3g}" for name in names)] for one in found]
    return table(["", *(f"`{name}`" for name in names)], rows)


def main() -> None:
    """Run the cases and fill the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=REPLICATIONS)
    parser.add_argument("--workers", type=int, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        loaded = sf.load_scenario("beijing_pilot")
        base = sf.settle_expectations(loaded, replications=asked.reps, workers=asked.workers).overrides
        found = [run(case, Path(folder), base, asked.reps, asked.workers) for case in CASES]
    code = source_sha256()[:12]
    made = (
        f"sfund_sim {sf.__version__} (code {code}), seed {loaded.scenario.seed}, "
        f"{asked.reps} replications of each scenario."
    )
    page = PAGE.read_text("utf-8")
    for name, text in {"made with": made, "effects": effects(found), "expectations": expectations(found)}.items():
        place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        page = place.sub(lambda match, text=text: f"{match[1]}{text}\n{match[2]}", page)
    PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
