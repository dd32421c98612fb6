"""From a scenario and a replication's chance to the people of the market: funds, partners, LPs, buyers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sfund_sim.ground.money import YUAN_PER_UNIT
from sfund_sim.ground.streams import Streams, key_of_name
from sfund_sim.market.quarter_clock import QuarterClock
from sfund_sim.market.world import Floats, Funds, Holdings, Ints, Lps
from sfund_sim.scenario.model import Scenario
from sfund_sim.scenario.population import FundTerms, NamedFund, StrategyMix
from sfund_sim.terms import GpKind, LpKind, Purpose, Strategy

QUARTERS_PER_YEAR = 4
LEAST_UNITS = 100
"""1 m yuan, the least that a qualified investor may put into one fund (CSRC Order 105 of 2014)."""
MOST_PARTNERS = 50


@dataclass(frozen=True)
class _Draft:
    """A fund being drawn up: everything about it that other funds do not share."""

    key: int
    name: str
    strategy: int
    gp: int
    vintage: int
    start_quarter: int
    units: int
    companies: int
    terms: FundTerms
    extension_rule: int
    venue: int
    partners: tuple[tuple[int, str, int, bool, int], ...]
    """Of each partner: its holding's key, LP name, LP kind, whether triggers apply, units."""


@dataclass(frozen=True)
class Population:
    """Funds, their first holdings and the LPs."""

    funds: Funds
    holdings: Holdings
    lps: Lps
    wishes: list[tuple[int, int, int]]
    """Prescribed wishes: day, holding, trigger."""


def quarter_clock(scenario: Scenario) -> QuarterClock:
    """The quarters from the oldest vintage to the end of the horizon."""
    from datetime import date

    drawn = [year for year, weight in scenario.population.funds.vintages.items() if weight > 0]
    firsts = [date(min(drawn), 1, 1)] if drawn and scenario.population.funds.count else []
    firsts += [fund.vintage for fund in scenario.population.named_funds]
    return QuarterClock.covering(min(firsts), scenario.horizon.start, scenario.horizon.end)


def build_population(scenario: Scenario, streams: Streams, clock: QuarterClock) -> Population:
    """Draw up all funds with their partners, in an order that does not depend on the order of the scenario's rows."""
    drafts = _drawn_funds(scenario, streams, clock)
    drafts += [_named_fund(scenario, fund, clock) for fund in scenario.population.named_funds]
    drafts = [draft for draft in drafts if draft.start_quarter < clock.count]
    drafts.sort(key=lambda draft: (draft.start_quarter, draft.key))
    return _assemble(scenario, drafts)


def _drawn_funds(scenario: Scenario, streams: Streams, clock: QuarterClock) -> list[_Draft]:
    from datetime import date

    stock = scenario.population.funds
    if not stock.count:
        return []
    keys = np.arange(1, stock.count + 1)

    def traits(number: int) -> Floats:
        return streams.uniform(Purpose.FUND_TRAITS, keys, number)

    years = sorted(stock.vintages)
    year = np.array(years)[_choose(traits(0), [stock.vintages[y] for y in years])]
    day_of_year = np.minimum((traits(1) * 365).astype(np.int64), 364)
    first_days = np.array([(date(y, 1, 1) - scenario.horizon.start).days for y in year.tolist()])
    vintage = first_days + day_of_year
    start_quarter = QUARTERS_PER_YEAR * (year - clock.first_year) + np.minimum(day_of_year // 91, 3)
    names = sorted(stock.strategies)
    which = _choose(traits(2), [stock.strategies[name].share for name in names])
    state_gp = traits(3) < stock.state_gp_share
    rule = _choose(traits(4), [mix.share for mix in stock.extension_rules])
    venue = _venues(scenario, traits(5))
    size = streams.normal(Purpose.FUND_TRAITS, keys, 6)
    companies = streams.normal(Purpose.FUND_TRAITS, keys, 7)
    partners = np.clip(np.rint(2 - np.log(traits(8)) * (stock.partners_mean - 2)), 2, MOST_PARTNERS).astype(np.int64)
    holders = _drawn_partners(scenario, streams, keys, partners)
    mixes = [stock.strategies[name] for name in names]
    codes = [int(Strategy.of(name)) for name in names]
    drafts = []
    for i, key in enumerate(keys.tolist()):
        mix = mixes[which[i]]
        units = _fund_units(mix, float(size[i]))
        shared = _partner_units(units, holders.weights[i])
        lps = zip(holders.keys[i], holders.lps[i], holders.kinds[i], shared, strict=True)
        drafts.append(
            _Draft(
                key=key,
                name=f"F{key:05d}",
                strategy=codes[which[i]],
                gp=int(GpKind.STATE if state_gp[i] else GpKind.PRIVATE),
                vintage=int(vintage[i]),
                start_quarter=int(start_quarter[i]),
                units=sum(shared),
                companies=max(1, round(mix.companies_mean * float(np.exp(0.3 * companies[i] - 0.045)))),
                terms=mix.terms,
                extension_rule=int(rule[i]),
                venue=int(venue[i]),
                partners=tuple((k, lp, kind, True, n) for k, lp, kind, n in lps),
            )
        )
    return drafts


@dataclass(frozen=True)
class _DrawnPartners:
    """Partners of drawn funds; one list a fund."""

    keys: list[list[int]]
    lps: list[list[str]]
    kinds: list[list[int]]
    weights: list[Floats]


def _drawn_partners(scenario: Scenario, streams: Streams, funds: Ints, counts: Ints) -> _DrawnPartners:
    """Kinds by the scenario's mix; within a fund and kind, consecutive LPs of the kind's pool from a drawn start."""
    names = sorted(scenario.population.lps)
    mixes = [scenario.population.lps[name] for name in names]
    codes = [int(LpKind.of(name)) for name in names]
    total = int(counts.sum())
    pools = [max(1, round(total * mix.share / mix.holdings_mean)) for mix in mixes]
    fund_of = np.repeat(funds, counts)
    position = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
    keys = fund_of * 64 + position
    which = _choose(streams.uniform(Purpose.HOLDING_TRAITS, keys, 0), [mix.share for mix in mixes])
    sizes = np.exp(scenario.population.funds.partner_size_log_sd * streams.normal(Purpose.HOLDING_TRAITS, keys, 1))
    starts = streams.uniform(Purpose.LP_TRAITS, funds[:, None], np.arange(len(names))[None, :])
    drawn = _DrawnPartners([], [], [], [])
    first = 0
    for i, count in enumerate(counts.tolist()):
        part = slice(first, first + count)
        first += count
        used = [0] * len(names)
        lps, kinds = [], []
        for w in which[part].tolist():
            number = (int(starts[i, w] * pools[w]) + used[w]) % pools[w]
            used[w] += 1
            lps.append(f"{names[w]}_{number + 1:05d}")
            kinds.append(codes[w])
        drawn.keys.append(keys[part].tolist())
        drawn.lps.append(lps)
        drawn.kinds.append(kinds)
        drawn.weights.append(sizes[part])
    return drawn


def _named_fund(scenario: Scenario, fund: NamedFund, clock: QuarterClock) -> _Draft:
    venues = sorted(scenario.venues)
    partners = sorted(fund.partners, key=lambda partner: partner.lp)
    units = [round(partner.commitment_cny / YUAN_PER_UNIT) for partner in partners]
    return _Draft(
        key=key_of_name(f"fund {fund.name}"),
        name=fund.name,
        strategy=int(Strategy.of(fund.strategy)),
        gp=int(GpKind.of(fund.gp)),
        vintage=(fund.vintage - scenario.horizon.start).days,
        start_quarter=clock.of_date(fund.vintage),
        units=sum(units),
        companies=fund.companies,
        terms=fund.terms,
        extension_rule=len(scenario.population.funds.extension_rules)
        + sorted(f.name for f in scenario.population.named_funds).index(fund.name),
        venue=venues.index(fund.venue) if fund.venue is not None else -1,
        partners=tuple(
            (key_of_name(f"{fund.name} / {p.lp}"), p.lp, int(LpKind.of(p.kind)), p.drawn_wishes, n)
            for p, n in zip(partners, units, strict=True)
        ),
    )


def _assemble(scenario: Scenario, drafts: list[_Draft]) -> Population:
    """Turn drafts into columns; LPs are numbered in the order of (kind, name)."""
    people = sorted({(kind, name) for draft in drafts for _, name, kind, _, _ in draft.partners})
    number = {person: i for i, person in enumerate(people)}
    rows = [
        (key, f, number[kind, name], drawn, units)
        for f, draft in enumerate(drafts)
        for key, name, kind, drawn, units in draft.partners
    ]
    holdings = Holdings(
        key=np.array([row[0] for row in rows], np.uint64),
        fund=np.array([row[1] for row in rows], np.int64),
        owner=np.array([row[2] for row in rows], np.int64),
        drawn_wishes=np.array([row[3] for row in rows], bool),
        units=np.array([row[4] for row in rows], np.int64),
    )
    lps = Lps(
        key=np.array([key_of_name(f"{kind} {name}") for kind, name in people], np.uint64),
        names=[name for _, name in people],
        kind=np.array([kind for kind, _ in people], np.int64),
    )
    return Population(_fund_columns(drafts), holdings, lps, _prescribed_wishes(scenario, drafts, rows, people))


def _fund_columns(drafts: list[_Draft]) -> Funds:
    def ints(values: list[int]) -> Ints:
        return np.array(values, np.int64)

    def quarters(years: list[float], least: int) -> Ints:
        return np.maximum(np.rint(np.array(years, np.float64) * QUARTERS_PER_YEAR), least).astype(np.int64)

    terms = [draft.terms for draft in drafts]
    return Funds(
        key=np.array([draft.key for draft in drafts], np.uint64),
        names=[draft.name for draft in drafts],
        strategy=ints([draft.strategy for draft in drafts]),
        gp=ints([draft.gp for draft in drafts]),
        vintage=ints([draft.vintage for draft in drafts]),
        start_quarter=ints([draft.start_quarter for draft in drafts]),
        units=ints([draft.units for draft in drafts]),
        companies=ints([draft.companies for draft in drafts]),
        investment_quarters=quarters([t.investment_years for t in terms], 1),
        term_quarters=quarters([t.investment_years + t.exit_years for t in terms], 2),
        extension_quarters=quarters([t.extension_years for t in terms], 1),
        extension_rule=ints([draft.extension_rule for draft in drafts]),
        venue=ints([draft.venue for draft in drafts]),
        fee_rate=np.array([t.management_fee_rate for t in terms], np.float64),
        investable_share=np.array([t.investable_share for t in terms], np.float64),
        hurdle_rate=np.array([t.hurdle_rate for t in terms], np.float64),
        catch_up_share=np.array([t.catch_up_share for t in terms], np.float64),
        carry_share=np.array([t.carry_share for t in terms], np.float64),
    )


def _prescribed_wishes(
    scenario: Scenario, drafts: list[_Draft], rows: list[tuple[int, int, int, bool, int]], people: list[tuple[int, str]]
) -> list[tuple[int, int, int]]:
    from sfund_sim.terms import Trigger

    told = {
        (fund.name, partner.lp): partner.wishes
        for fund in scenario.population.named_funds
        for partner in fund.partners
        if partner.wishes
    }
    return [
        ((wish.on - scenario.horizon.start).days, holding, int(Trigger.of(wish.trigger)))
        for holding, (_, f, lp, _, _) in enumerate(rows)
        for wish in told.get((drafts[f].name, people[lp][1]), [])
    ]


def _choose(uniforms: Floats, weights: list[float]) -> Ints:
    """Pick one of the weighted options for each uniform."""
    edges = np.cumsum(np.array(weights, np.float64))
    return np.minimum(np.searchsorted(edges / edges[-1], uniforms, side="right"), len(weights) - 1)


def _venues(scenario: Scenario, uniforms: Floats) -> Ints:
    """Home venue of each fund by the venues' shares of funds; -1 for the rest."""
    edges = np.cumsum([scenario.venues[name].funds_share for name in sorted(scenario.venues)])
    place = np.searchsorted(edges, uniforms, side="right")
    return np.where(place < edges.size, place, -1)


def _fund_units(mix: StrategyMix, normal: float) -> int:
    log_sd = mix.commitment_log_sd
    yuan = mix.mean_commitment_cny * float(np.exp(log_sd * normal - 0.5 * log_sd**2))
    return max(2 * LEAST_UNITS, round(yuan / YUAN_PER_UNIT))


def _partner_units(units: int, weights: Floats) -> list[int]:
    shared = np.rint(units * weights / weights.sum()).astype(np.int64)
    return [max(LEAST_UNITS, n) for n in shared.tolist()]
