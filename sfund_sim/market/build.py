"""From a scenario and a replication's chance to the people of the market: funds, partners, LPs, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.calendar import QUARTERS_PER_YEAR
from sfund_sim.ground.streams import Streams
from sfund_sim.market.build_drawn import drawn_funds, drawn_partners
from sfund_sim.market.build_named import named_funds, named_partners, prescribed_wishes
from sfund_sim.market.quarter_clock import QuarterClock
from sfund_sim.market.rosters import FundRoster, PartnerRoster
from sfund_sim.market.world import Funds, Holdings, Ints, Lps
from sfund_sim.scenario.model import Scenario


@dataclass(frozen=True)
class BuiltPopulation:
    """Funds, their first holdings and the LPs."""

    funds: Funds
    holdings: Holdings
    lps: Lps
    wishes: list[tuple[int, int, int]]
    """Prescribed wishes: day, holding, trigger."""


def quarter_clock(scenario: Scenario) -> QuarterClock:
    """The quarters from the oldest vintage to the end of the horizon."""
    drawn = [year for year, weight in scenario.population.funds.vintages.items() if weight > 0]
    firsts = [date(min(drawn), 1, 1)] if drawn and scenario.population.funds.count else []
    firsts += [fund.vintage for fund in scenario.population.named_funds]
    return QuarterClock.covering(min(firsts), scenario.horizon.start, scenario.horizon.end)


def build_population(scenario: Scenario, streams: Streams, clock: QuarterClock) -> BuiltPopulation:
    """Draw up all funds with their partners, in an order that does not depend on the order of the scenario's rows.

    Funds are ordered by founding quarter, then key; holdings by fund, then place among its partners; LPs by kind, name.
    """
    told, drawn = named_funds(scenario, clock), drawn_funds(scenario, streams, clock)
    funds = FundRoster.join(drawn, told)
    partners = PartnerRoster.join(drawn_partners(scenario, streams, drawn), named_partners(scenario, len(drawn)))
    order = np.lexsort((funds.key, funds.start_quarter))
    order = order[funds.start_quarter[order] < clock.count]
    place = np.full(len(funds), -1)
    place[order] = np.arange(order.size)
    funds = funds.at(order)
    kept = np.flatnonzero(place[partners.fund] >= 0)
    kept = kept[np.argsort(place[partners.fund[kept]], kind="stable")]
    partners = partners.at(kept)
    fund = place[partners.fund]
    lps, owner = _number_lps(partners)
    holdings = Holdings(
        key=partners.key, fund=fund, owner=owner, units=partners.units, drawn_wishes=partners.drawn_wishes
    )
    columns = _fund_columns(funds, np.bincount(fund, partners.units, len(funds)).astype(np.int64))
    return BuiltPopulation(columns, holdings, lps, prescribed_wishes(scenario, columns.names, lps.names, fund, owner))


def _number_lps(partners: PartnerRoster) -> tuple[Lps, Ints]:
    """LPs in the order of (kind, name), and each partner's number among them."""
    codes, inverse = np.unique(partners.lp_code, return_inverse=True)
    kinds, names = partners.people(codes)
    people = list(zip(kinds, names, strict=True))
    order = sorted(range(len(people)), key=people.__getitem__)
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    lps = Lps([names[place] for place in order], np.array(kinds, np.int64)[order])
    return lps, number[inverse.reshape(-1)]


def _fund_columns(funds: FundRoster, units: Ints) -> Funds:
    """The world's columns; what the terms say is looked up once a set of terms, not once a fund."""
    terms = funds.terms

    def quarters(years: list[float], least: int) -> Ints:
        lengths = np.maximum(np.rint(np.array(years) * QUARTERS_PER_YEAR), least).astype(np.int64)
        return np.asarray(lengths[funds.terms_number])

    def rates(values: list[float]) -> NDArray[np.float64]:
        return np.array(values, np.float64)[funds.terms_number]

    return Funds(
        key=funds.key,
        names=funds.names(),
        strategy=funds.strategy,
        gp=funds.gp,
        vintage=funds.vintage,
        start_quarter=funds.start_quarter,
        units=units,
        companies=funds.companies,
        investment_quarters=quarters([t.investment_years for t in terms], 1),
        term_quarters=quarters([t.investment_years + t.exit_years for t in terms], 2),
        extension_quarters=quarters([t.extension_years for t in terms], 1),
        extension_rule=funds.extension_rule,
        venue=funds.venue,
        fee_rate=rates([t.management_fee_rate for t in terms]),
        investable_share=rates([t.investable_share for t in terms]),
        hurdle_rate=rates([t.hurdle_rate for t in terms]),
        catch_up_share=rates([t.catch_up_share for t in terms]),
        carry_share=rates([t.carry_share for t in terms]),
    )
