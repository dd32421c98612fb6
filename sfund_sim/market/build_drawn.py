"""Funds and partners that the model draws from the scenario's mixes; every trait has an address of its own."""

from __future__ import annotations

from datetime import date

import numpy as np

from sfund_sim.ground.money import YUAN_PER_UNIT
from sfund_sim.ground.streams import Streams
from sfund_sim.market.memberships import homes
from sfund_sim.market.quarter_clock import QuarterClock
from sfund_sim.market.rosters import LP_KIND_STEP, FundRoster, PartnerRoster
from sfund_sim.market.world import LEAST_UNITS, Floats, Ints
from sfund_sim.scenario.model import Scenario
from sfund_sim.terms import GpKind, LpKind, Purpose, Strategy

LEAST_PARTNERS, MOST_PARTNERS = 2, 50
"""Partnership Enterprise Law 2006, Art. 61."""
COMPANIES_LOG_SD = 0.3
"""Spread of the number of companies about the strategy's mean (assumption)."""
PLACES_A_FUND = 64


def drawn_funds(scenario: Scenario, streams: Streams, clock: QuarterClock) -> FundRoster:
    """The stock of funds; a fund's key is its number, so its traits do not depend on how many there are."""
    stock = scenario.population.funds
    keys = np.arange(1, stock.count + 1)

    def traits(number: int) -> Floats:
        return streams.uniform(Purpose.FUND_TRAITS, keys, number)

    vintage, start_quarter = _vintages(scenario, clock, traits(0), traits(1))
    names = sorted(stock.strategies) if stock.count else []
    which = _choose(traits(2), [stock.strategies[name].share for name in names])
    companies = np.exp(COMPANIES_LOG_SD * streams.normal(Purpose.FUND_TRAITS, keys, 7) - 0.5 * COMPANIES_LOG_SD**2)
    means = np.array([stock.strategies[name].companies_mean for name in names])
    codes = np.array([int(Strategy.of(name)) for name in names], np.int64)
    gp = np.where(traits(3) < stock.state_gp_share, int(GpKind.STATE), int(GpKind.PRIVATE))
    return FundRoster(
        key=keys.astype(np.uint64),
        strategy=codes[which],
        gp=gp,
        vintage=vintage,
        start_quarter=start_quarter,
        companies=np.maximum(np.rint(means[which] * companies), 1).astype(np.int64),
        extension_rule=_choose(traits(4), [mix.share for mix in stock.extension_rules]),
        venue=homes([scenario.venues[name].funds_share for name in sorted(scenario.venues)], traits(5)),
        terms_number=which,
        name_number=np.full(stock.count, -1),
        terms=tuple(stock.strategies[name].terms for name in names),
        told_names=(),
    )


def drawn_partners(scenario: Scenario, streams: Streams, funds: FundRoster) -> PartnerRoster:
    """Partners of drawn funds: kinds by the scenario's mix, commitments that add up to the fund's size.

    Within a fund and kind they are consecutive LPs of the kind's pool from a drawn start, so that none comes twice.
    """
    stock, names = scenario.population.funds, sorted(scenario.population.lps)
    keys = funds.key.astype(np.int64)
    counts = np.rint(2 - np.log(streams.uniform(Purpose.FUND_TRAITS, keys, 8)) * (stock.partners_mean - 2))
    counts = np.clip(counts, LEAST_PARTNERS, MOST_PARTNERS).astype(np.int64)
    fund = np.repeat(np.arange(len(funds)), counts)
    place = np.arange(fund.size) - np.repeat(np.cumsum(counts) - counts, counts)
    holding = keys[fund] * PLACES_A_FUND + place
    mixes = [scenario.population.lps[name] for name in names]
    kind = _choose(streams.uniform(Purpose.HOLDING_TRAITS, holding, 0), [mix.share for mix in mixes])
    weight = np.exp(stock.partner_size_log_sd * streams.normal(Purpose.HOLDING_TRAITS, holding, 1))
    share = weight / np.bincount(fund, weight, len(funds))[fund]
    size = _fund_units(scenario, streams, funds)
    pools = np.array([max(1, round(fund.size * mix.share / mix.holdings_mean)) for mix in mixes])
    rank = _rank_in_group(fund * len(names) + kind)
    np.maximum.at(pools, kind, rank + 1)
    starts = streams.uniform(Purpose.LP_TRAITS, keys[:, None], np.arange(len(names))[None, :])
    number = ((starts[fund, kind] * pools[kind]).astype(np.int64) + rank) % pools[kind]
    codes = np.array([int(LpKind.of(name)) for name in names], np.int64)
    return PartnerRoster(
        key=holding.astype(np.uint64),
        fund=fund,
        lp_code=codes[kind] * LP_KIND_STEP + number,
        units=np.maximum(np.rint(size[fund] * share), LEAST_UNITS).astype(np.int64),
        drawn_wishes=np.full(fund.size, True),
        told_people=(),
    )


def _vintages(scenario: Scenario, clock: QuarterClock, year_draw: Floats, day_draw: Floats) -> tuple[Ints, Ints]:
    """Founding day and quarter: a year by the vintages' weights, any day of it alike."""
    vintages = scenario.population.funds.vintages
    years = sorted(vintages) or [scenario.horizon.start.year]
    year = np.array(years)[_choose(year_draw, [vintages.get(y, 1.0) for y in years])]
    day = np.minimum((day_draw * 365).astype(np.int64), 364)
    firsts = {y: (date(y, 1, 1) - scenario.horizon.start).days for y in years}
    founded = np.array([firsts[y] for y in years])[np.searchsorted(years, year)] + day
    return founded, clock.ends.searchsorted(founded)


def _fund_units(scenario: Scenario, streams: Streams, funds: FundRoster) -> Floats:
    """Fund sizes before the partners' least commitments, units: lognormal about the strategy's mean."""
    stock = scenario.population.funds
    names = sorted(stock.strategies) if len(funds) else []
    mean = np.array([stock.strategies[name].mean_commitment_cny for name in names])[funds.terms_number]
    spread = np.array([stock.strategies[name].commitment_log_sd for name in names])[funds.terms_number]
    normal = streams.normal(Purpose.FUND_TRAITS, funds.key, 6)
    return np.asarray(mean * np.exp(spread * normal - 0.5 * spread**2) / YUAN_PER_UNIT)


def _choose(uniforms: Floats, weights: list[float]) -> Ints:
    """Pick one of the weighted options for each uniform."""
    if not uniforms.size:
        return np.zeros(0, np.int64)
    edges = np.cumsum(np.array(weights, np.float64))
    return np.minimum(np.searchsorted(edges / edges[-1], uniforms, side="right"), len(weights) - 1)


def _rank_in_group(group: Ints) -> Ints:
    """How many before it are of the same group, for each element."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if group.size else np.zeros(0, np.int64)
    rank = np.empty(group.size, np.int64)
    rank[order] = np.arange(group.size) - np.repeat(first, np.diff(np.append(first, group.size)))
    return rank
