"""Calibration of the portfolio companies: what the default laws bring against the sourced targets.

Run ``python docs/calibration/companies.py``: it prints the tables of docs/calibration/companies.md. Three experiments
for each strategy:

* *outcomes*: 30,000 companies, each alone in its fund, financed at once, twelve years, a market that grows evenly;
* *history*: 1,500 funds of 20 companies of vintages 2014 and 2020 under the windows and the market of 2014 to 2025;
* *shut window*: a steady stock of funds, the window shut for six quarters, under three paths of the market.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sfund_sim.funds.cashflow import EconomyPath, FundColumns, FundPaths, QuarterGrid
from sfund_sim.funds.cashflow.companies import Companies
from sfund_sim.ground.streams import Streams
from sfund_sim.terms import CompanyExit, Strategy

Floats = NDArray[np.float64]

OPEN_HAZARD, TIGHT_HAZARD = 0.30, 0.065
"""Listings a year per ready company (domain section 4, assumption)."""
LISTINGS = (125, 223, 227, 438, 105, 203, 396, 524, 428, 313, 100, 115)
"""A-share IPOs 2014 to 2025 (2022, 2023 sourced: P-QB, P-YICAI; the others recalled); 428 a year is the open window."""
MARKET = (0.42, 0.055, -0.12, 0.197, -0.29, 0.307, 0.24, -0.053, -0.244, -0.121, 0.137, 0.16)
"""Log returns of the A-share market 2014 to 2025, by the year (recalled, medium confidence)."""
EXPECTED_MARKET = 0.06
"""Log return a year of a typical market (recalled: riskless 2-3 %, premium 6-7 %, less half the variance)."""
YEAR = 4
AGES = (5, 7, 9, 11)


class Outcomes(NamedTuple):
    """Shares of companies by outcome multiple (exit cash, or value at year 12, over cost)."""

    below_1: float
    from_1_to_5: float
    from_5_to_10: float
    above_10: float
    ipo_multiple: float
    """Median multiple of those that listed."""


class History(NamedTuple):
    """What funds did under the history of 2014 to 2025."""

    exited_at_11: float
    """Share of projects of vintage 2014 that left by early 2025, however they left."""
    exited_at_5: float
    """The same of vintage 2020 by early 2025."""
    by_kind: Floats
    """The first by ``terms.CompanyExit``."""
    tvpi: Floats
    """Median gross TVPI of vintage 2014 by true value and by marks [2, ages]."""
    dpi_7: float
    """Median gross DPI of vintage 2014 at age 7."""
    exceptional: float
    """Share of these funds with DPI of at least 1 at age 7."""
    mark_bias: Floats
    """Marks to true value of vintage 2020, all funds together, at the year ends 2020 to 2024."""


def outcomes(model: Companies, strategy: Strategy, companies: int = 30_000) -> Outcomes:
    """Measure the outcome multiples of single companies under an even market and the windows of history."""
    quarters = 12 * YEAR + 1
    path = _economy(np.full(12, EXPECTED_MARKET), np.array(LISTINGS), quarters)
    funds = _funds(np.zeros(companies, np.int64), strategy, companies=1, investment_quarters=1)
    paths = model.roll(funds, QuarterGrid(quarters), path, Streams(1, 0).of)
    multiple = (paths.proceeds.sum(axis=1) + paths.value[:, -1]) / paths.invested.sum(axis=1)
    below_1, from_1, from_5, above_10 = (float(n) / companies for n in np.histogram(multiple, [0, 1, 5, 10, np.inf])[0])
    listed = paths.exits[:, CompanyExit.IPO, -1 - model.lockup_quarters] == 1
    return Outcomes(below_1, from_1, from_5, above_10, float(np.median(multiple[listed])))


def history(model: Companies, strategy: Strategy, funds: int = 1_500) -> History:
    """Measure funds of vintages 2014 and 2020 under the market and the windows as they were."""
    old = _vintage(model, strategy, first_year=0, funds=funds)
    young = _vintage(model, strategy, first_year=6, funds=funds)
    early_2025 = 11 * YEAR
    exits = old.exits[:, :, early_2025].sum(axis=0) / (20 * funds)
    dpi_7 = old.proceeds[:, : 7 * YEAR].sum(axis=1) / old.invested.sum(axis=1)
    tvpi = [[np.median(_tvpi(old, held, age * YEAR)) for age in AGES] for held in (old.value, old.mark)]
    bias = young.mark.sum(axis=0) / young.value.sum(axis=0)
    return History(
        exited_at_11=float(exits.sum()),
        exited_at_5=float(young.exits[:, :, 5 * YEAR].sum() / (20 * funds)),
        by_kind=exits,
        tvpi=np.array(tvpi),
        dpi_7=float(np.median(dpi_7)),
        exceptional=float((dpi_7 >= 1).mean()),
        mark_bias=bias[YEAR - 1 : 5 * YEAR : YEAR],
    )


def shut_window(model: Companies, strategy: Strategy, market: float) -> tuple[float, float]:
    """Marks to true value of a stock of funds just before the window shuts and a year later, in a given market."""
    quarters, shut_from = 60, 40
    shut = np.zeros(quarters)
    shut[shut_from : shut_from + 6] = 1
    path = EconomyPath(
        np.where(shut > 0, market, EXPECTED_MARKET) / YEAR, np.where(shut > 0, TIGHT_HAZARD, OPEN_HAZARD), shut
    )
    funds = _funds(np.repeat(np.arange(shut_from), 40), strategy, companies=20, investment_quarters=16)
    paths = model.roll(funds, QuarterGrid(quarters), path, Streams(1, 3).of)
    bias = paths.mark.sum(axis=0) / paths.value.sum(axis=0)
    return float(bias[shut_from - 1]), float(bias[shut_from + YEAR - 1])


def _vintage(model: Companies, strategy: Strategy, *, first_year: int, funds: int) -> FundPaths:
    years = 12 - first_year
    path = _economy(np.array(MARKET)[first_year:], np.array(LISTINGS)[first_year:], years * YEAR)
    columns = _funds(np.zeros(funds, np.int64), strategy, companies=20, investment_quarters=16)
    return model.roll(columns, QuarterGrid(years * YEAR), path, Streams(1, 1 + first_year).of)


def _economy(market: Floats, listings: NDArray[np.int64], quarters: int) -> EconomyPath:
    """Spread yearly figures evenly over the year's quarters; the last year goes on to the end of the grid."""
    year = np.minimum(np.arange(quarters) // YEAR, len(market) - 1)
    hazard = np.minimum(OPEN_HAZARD * listings[year] / 428, 0.35)
    shut = np.clip((OPEN_HAZARD - hazard) / (OPEN_HAZARD - TIGHT_HAZARD), 0, 1)
    return EconomyPath(market[year] / YEAR, hazard, shut)


def _funds(start: NDArray[np.int64], strategy: Strategy, *, companies: int, investment_quarters: int) -> FundColumns:
    every = np.ones(start.size, np.int64)
    return FundColumns(
        strategy=every * strategy,
        start_quarter=start,
        commitment=np.full(start.size, 1e8),
        investable_share=np.full(start.size, 0.85),
        companies=every * companies,
        investment_quarters=every * investment_quarters,
        term_quarters=every * 28,
    )


def _tvpi(paths: FundPaths, held: Floats, quarters: int) -> Floats:
    received = paths.proceeds[:, :quarters].sum(axis=1) + held[:, quarters - 1]
    return np.asarray(received / paths.invested[:, :quarters].sum(axis=1))


def _print_strategy(model: Companies, strategy: Strategy) -> None:
    found, lived = outcomes(model, strategy), history(model, strategy)
    cash = lived.by_kind[:3] / lived.by_kind[:3].sum()
    print(f"\n## {strategy.label}\n")
    print("| quantity | achieved |\n|---|---|")
    print(f"| outcome multiple < 1 / 1-5 / 5-10 / > 10 | {' / '.join(f'{share:.1%}' for share in found[:4])} |")
    print(f"| median multiple of a listed company | {found.ipo_multiple:.1f} |")
    print(f"| projects exited at fund age 11 (vintage 2014) | {lived.exited_at_11:.1%} |")
    print(f"| ... IPO / trade sale / buyback / write-off | {' / '.join(f'{share:.1%}' for share in lived.by_kind)} |")
    print(f"| ... cash exits: IPO / trade sale / buyback | {' / '.join(f'{share:.0%}' for share in cash)} |")
    print(f"| projects exited at fund age 5 (vintage 2020) | {lived.exited_at_5:.1%} |")
    for basis, medians in zip(("true value", "marks"), lived.tvpi, strict=True):
        print(f"| median gross TVPI at age 5 / 7 / 9 / 11, by {basis} | {' / '.join(f'{m:.2f}' for m in medians)} |")
    print(f"| median DPI at age 7; share with DPI >= 1 | {lived.dpi_7:.2f}; {lived.exceptional:.1%} |")
    print(f"| marks to value, vintage 2020, year ends 2020-24 | {' / '.join(f'{b:.2f}' for b in lived.mark_bias)} |")
    for market in (EXPECTED_MARKET, 0.0, -0.10):
        before, after = shut_window(model, strategy, market)
        print(f"| marks to value, then a year into a shut window, market {market:+.0%} | {before:.2f} / {after:.2f} |")


def main() -> None:
    """Print a table a strategy."""
    for strategy in Strategy:
        _print_strategy(Companies(), strategy)


if __name__ == "__main__":
    main()
