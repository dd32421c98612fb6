"""Is single precision enough for portfolios? The same draws rolled in float32 and in float64, outcome by outcome.

Run ``python docs/performance/float32.py``: it prints the table of docs/performance.md. Each replication takes the
pilot's own funds, public market and IPO windows, so the error of an outcome's mean over 1,000 replications,
sd / sqrt(1000), is the one that users of the pilot have. The draws are single numbers in both: what is compared is the
reckoning.
"""

from __future__ import annotations

import math
import sys
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sfund_sim.funds.cashflow import FundPaths
from sfund_sim.funds.cashflow.columns import Precision
from sfund_sim.funds.cashflow.companies import Companies
from sfund_sim.ground.streams import Streams
from sfund_sim.market.build import build_population, quarter_clock
from sfund_sim.market.flows import economy_path, fund_columns
from sfund_sim.scenario.layers import load_scenario
from sfund_sim.scenario.model import Scenario
from sfund_sim.terms import CompanyExit

Floats = NDArray[np.float64]

REPLICATIONS = 1000
"""Those whose Monte Carlo error is the measure."""
DECILES = (0.1, 0.5, 0.9)


class Difference(NamedTuple):
    """One outcome in both precisions."""

    outcome: str
    mean: float
    error: float
    """Monte Carlo error of the mean over 1,000 replications."""
    of_means: float
    """Difference of the means over the replications rolled, single less double."""
    largest: float
    """Largest difference in one replication."""


def outcomes(paths: FundPaths) -> dict[str, float]:
    """One replication, gross of fees: funds at the last quarter, exits by route, NAV and marks by quarter."""
    invested, received = paths.invested.sum(axis=1), paths.proceeds.sum(axis=1)
    begun = invested > 0
    dpi, tvpi = received[begun] / invested[begun], (received + paths.value[:, -1])[begun] / invested[begun]
    companies = (paths.alive - paths.locked + paths.exits.sum(axis=1))[:, -1].sum()
    found = {"DPI of funds, mean": dpi.mean(), "TVPI of funds, mean": tvpi.mean()}
    found |= {f"TVPI of funds, quantile {share}": float(np.quantile(tvpi, share)) for share in DECILES}
    found |= {"multiple of all money": (received + paths.value[:, -1]).sum() / invested.sum()}
    found |= {f"companies left by {how.label}": paths.exits[:, how, -1].sum() / companies for how in CompanyExit}
    total = paths.invested.sum()
    for name, columns in (("NAV", paths.value), ("marks", paths.mark)):
        found |= {f"{name}, quarter {number}": nav / total for number, nav in enumerate(columns.sum(axis=0))}
    return {name: float(value) for name, value in found.items()}


def differences(scenario: Scenario, replications: int) -> list[Difference]:
    """Roll so many replications in both precisions and compare every outcome."""
    single: list[dict[str, float]] = []
    double: list[dict[str, float]] = []
    for replication in range(1, replications + 1):
        for dtype, found in ((np.float32, single), (np.float64, double)):
            found.append(outcomes(_rolled(scenario, replication, dtype)))
    return [_difference(name, single, double) for name in double[0]]


def _rolled(scenario: Scenario, replication: int, dtype: Precision) -> FundPaths:
    """One replication's portfolios as the market has them."""
    streams, clock = Streams(1, replication), quarter_clock(scenario)
    funds = build_population(scenario, streams, clock).funds
    economy = economy_path(scenario, scenario.timeline(), clock, streams)
    model = scenario.portfolio.model
    assert isinstance(model, Companies)
    return model.roll_in(dtype, fund_columns(funds), clock.grid(), economy, streams.of)


def _difference(name: str, single: list[dict[str, float]], double: list[dict[str, float]]) -> Difference:
    low, high = (np.array([found[name] for found in all_found]) for all_found in (single, double))
    gap = low - high
    error = float(high.std(ddof=1)) / math.sqrt(REPLICATIONS)
    return Difference(name, float(high.mean()), error, float(gap.mean()), float(np.abs(gap).max()))


def worst(found: list[Difference], start: str) -> Difference:
    """Of the outcomes whose names start so, the one whose means differ most for its Monte Carlo error."""
    those = [each for each in found if each.outcome.startswith(start) and each.error > 0]
    return max(those, key=lambda each: abs(each.of_means) / each.error)


def main() -> None:
    """Print the table."""
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    found = differences(load_scenario("scenarios/beijing_pilot.yaml").scenario, replications)
    rows = [each for each in found if "quarter" not in each.outcome]
    rows += [worst(found, "NAV, quarter"), worst(found, "marks, quarter")]
    print(f"{replications} replications of the pilot's funds; worst quarter of NAV and of marks")
    print(f"{'outcome':36}{'mean':>10}{'MC error':>12}{'difference':>12}{'ratio':>9}{'largest':>10}")
    for each in rows:
        ratio = abs(each.of_means) / each.error
        print(
            f"{each.outcome:36}{each.mean:10.4f}{each.error:12.2e}{each.of_means:12.1e}{ratio:9.0e}{each.largest:10.1e}"
        )


if __name__ == "__main__":
    main()
