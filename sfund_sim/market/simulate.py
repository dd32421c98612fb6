"""One replication from the first vintage to the horizon: simpy keeps the clock, the diary tells the sales."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterator
from functools import partial
from heapq import merge
from operator import itemgetter

import numpy as np
import simpy

from sfund_sim.ground.calendar import QUARTERS_PER_YEAR, Calendar
from sfund_sim.ground.collecting import uncollected
from sfund_sim.ground.columns import Columns
from sfund_sim.ground.diary import Diary, HeapDiary
from sfund_sim.ground.errors import Caution
from sfund_sim.ground.streams import Streams
from sfund_sim.investors.triggers import SellTrigger
from sfund_sim.market.accounts import Accounts
from sfund_sim.market.board import Board
from sfund_sim.market.build import build_population, quarter_clock
from sfund_sim.market.build_buyers import build_buyers
from sfund_sim.market.build_named import told_funds
from sfund_sim.market.deeds import check_accounts, register_shares
from sfund_sim.market.dockets import open_dockets
from sfund_sim.market.flows import FundFlows, economy_path, roll_portfolios
from sfund_sim.market.fund_quarters import FundQuarterRow
from sfund_sim.market.fundraising import found_buyers, raise_money
from sfund_sim.market.hopes import Hopes
from sfund_sim.market.journal import Journal
from sfund_sim.market.market import Market
from sfund_sim.market.quarter_end import close_quarter
from sfund_sim.market.reckoning import close_books
from sfund_sim.market.sheet import Sheet
from sfund_sim.market.tidings import tell_flows, tell_reports
from sfund_sim.market.waiting import call_sellers
from sfund_sim.market.wishes import SellClocks
from sfund_sim.market.world import Floats
from sfund_sim.market.year_after import YearAfter
from sfund_sim.scenario.model import Scenario
from sfund_sim.scenario.population import LpMix, StrategyMix
from sfund_sim.terms import BuyerKind, FundState, LpKind, RegisterEntry, Strategy, Trigger

Clock = Generator[simpy.Event, None, None]
Dates = Iterator[tuple[int, Callable[[], None]]]
"""Days in ascending order, and what is done on each before its stories are told."""
Built = tuple[Market, Floats, list[tuple[int, int, int]]]
"""The market on its first day, the public market's quarterly returns, and the scenario's prescribed wishes."""
DEFAULT_LIFE_QUARTERS, DEFAULT_EXTENSION_QUARTERS = 28, 8
"""5 + 2 years and 2 years: for strategies of which a scenario has no funds."""


def simulate(
    scenario: Scenario, replication: int, seed: int, diary: Diary | None = None, *, narrated: bool = True
) -> Journal:
    """Run one replication and return what it leaves behind; the same arguments give the same journal, always.

    Without ``narrated`` no remarks are kept: the trail is empty, and all else is the same.
    """
    with uncollected():
        return _simulate(build_market(scenario, replication, seed, diary or HeapDiary()), narrated=narrated)


def tabulate(scenario: Scenario, replication: int, seed: int) -> Journal:
    """Run one replication for its tables alone, without remarks."""
    return simulate(scenario, replication, seed, narrated=False)


def tabulate_with_quarters(scenario: Scenario, replication: int, seed: int) -> Journal:
    """The same, with a row a fund and quarter among its tables."""
    with uncollected():
        built = build_market(scenario, replication, seed, HeapDiary())
        built[0].journal.fund_quarters = Columns(FundQuarterRow)
        return _simulate(built, narrated=False)


def with_hopes(scenario: Scenario, replication: int, seed: int) -> tuple[Journal, Hopes]:
    """Run one replication for its tables, and what its sellers hoped for."""
    with uncollected():
        built = build_market(scenario, replication, seed, HeapDiary())
        hopes = built[0].hopes = Hopes()
        return _simulate(built, narrated=False), hopes


def _simulate(built: Built, *, narrated: bool) -> Journal:
    market, returns, prescribed = built
    market.narrated = narrated
    for quarter in range(market.clock.first_live):
        close_quarter(market, quarter)
    _open_books(market)
    total = market.accounts.total()
    environment, quarters = simpy.Environment(), _quarters(market, SellClocks(market, prescribed), returns)
    year_after = YearAfter(market)
    dates = _foundings(market), quarters, _publications(market), _calls(market)
    clock = _keep_clock(environment, year_after, market, *dates)
    environment.process(clock)
    environment.run(until=market.horizon)
    clock.close()
    market.diary.run_until(market.horizon)
    year_after.look_back(market.horizon)
    check_accounts(market, total)
    journal = close_books(market)
    market.break_up()
    return journal


def build_market(scenario: Scenario, replication: int, seed: int, diary: Diary) -> Built:
    """The market on its first day, the public market's quarterly returns, and the scenario's prescribed wishes."""
    streams, clock = Streams(seed, replication), quarter_clock(scenario)
    people, buyers = build_population(scenario, streams, clock), build_buyers(scenario, streams, clock)
    timeline = scenario.timeline()
    calendar = Calendar(scenario.horizon.start, scenario.horizon.days)
    _warn_of_calendar(calendar)
    economy = economy_path(scenario, timeline, clock, streams)
    paths = roll_portfolios(scenario, people.funds, economy, clock, streams)
    investors = len(people.lps) + len(buyers)
    stock = scenario.population.funds
    kinds = sorted(scenario.population.buyers, key=lambda name: int(BuyerKind.of(name)))
    triggers = _triggers(scenario)
    market = Market(
        scenario=scenario,
        streams=streams,
        calendar=calendar,
        clock=clock,
        timeline=timeline,
        funds=people.funds,
        holdings=people.holdings,
        lps=people.lps,
        buyers=buyers,
        accounts=Accounts(np.zeros(investors, np.int64), np.zeros(len(people.funds), np.int64)),
        flows=FundFlows.begin(people.funds, paths, clock),
        journal=Journal(replication),
        diary=diary,
        venue_names=sorted(scenario.venues),
        boards=[Board() for _ in scenario.venues],
        bidding=[scenario.population.buyers[name].bidding for name in kinds],
        extension_rules=[mix.rule for mix in stock.extension_rules] + [fund.extension for fund in told_funds(scenario)],
        triggers=triggers,
        urgency=np.array([[rule.urgency_rate if rule else 0.0 for rule in [*rules, None]] for rules in triggers]),
        lp_mixes=_lp_mixes(scenario),
        typical_lives=_typical_lives(scenario),
        typical_extension=_typical_extension(scenario),
    )
    market.sheet = Sheet(market)
    market.dockets = open_dockets(market)
    return market, economy.market_log_return, people.wishes


def _warn_of_calendar(calendar: Calendar) -> None:
    """Say which years' working days are not announced ones: the State Council's notice comes a year ahead at most."""
    years: dict[str, list[str]] = {}
    for year, source in calendar.sources().items():
        years.setdefault(source, []).append(str(year))
    for source in ("statutory", "weekends"):
        if source in years:
            told = "statutory holidays without exchanged weekends" if source == "statutory" else "weekends only"
            warnings.warn(f"working days of {', '.join(years[source])}: {told}", Caution, stacklevel=2)


def _open_books(market: Market) -> None:
    """Day 0: living funds' shares are entered, the newest published NAV is known, founded buyers have their capital."""
    living = market.funds.is_open | (market.funds.state == FundState.LIQUIDATING)
    register_shares(market, RegisterEntry.ISSUE, np.flatnonzero(living))
    published = _published_before(market)
    if published >= 0:
        market.flows.publish(published, market.clock.first_live - 1)
    found_buyers(market, np.flatnonzero(market.buyers.founded <= 0))
    market.hear_from_buyers()


def _published_before(market: Market) -> int:
    """The last quarter whose NAV is known when the books open; one that ends on day 0 is closed on that day first."""
    return min(market.clock.last_ended(-market.scenario.portfolio.report_lag_days), market.clock.first_live - 1)


def _keep_clock(environment: simpy.Environment, year_after: YearAfter, market: Market, *dates: Dates) -> Clock:
    """Tell the stories up to each date, then do what it brings; what is told first comes first on a day."""
    for day, deed in merge(*dates, key=itemgetter(0)):
        yield environment.timeout(day - environment.now)
        market.diary.run_until(day)
        year_after.look_back(day)
        deed()


def _foundings(market: Market) -> Dates:
    """Buyers founded during the run get their first capital."""
    founded = market.buyers.founded
    later = np.flatnonzero((founded > 0) & (founded < market.horizon))
    later = later[np.argsort(founded[later], kind="stable")]
    days, firsts = np.unique(founded[later], return_index=True)
    for day, who in zip(days.tolist(), np.split(later, firsts[1:]), strict=False):
        yield day, partial(found_buyers, market, who)


def _quarters(market: Market, clocks: SellClocks, returns: Floats) -> Dates:
    """Quarter ends, and the wishes of the quarter to come; those of the first one on day 0."""
    first = market.clock.first_live
    yield 0, partial(_let_wishes_form, market, clocks, returns, first - 1)
    for quarter in range(first, market.clock.count):
        yield int(market.clock.ends[quarter]), partial(_end_quarter, market, quarter)
        yield int(market.clock.ends[quarter]), partial(_let_wishes_form, market, clocks, returns, quarter)


def _end_quarter(market: Market, quarter: int) -> None:
    """What funds do, then fund-raising and what buyers tell."""
    close_quarter(market, quarter)
    tell_flows(market, quarter)
    market.journal.settle()
    raise_money(market, quarter)
    market.hear_from_buyers()


def _let_wishes_form(market: Market, clocks: SellClocks, returns: Floats, quarter: int) -> None:
    """Wishes from the end of a quarter to the end of the next; ``returns`` [quarters] of the public market."""
    ends, year = market.clock.ends, slice(max(quarter - 3, 0), quarter + 1)
    first = int(ends[quarter]) + 1 if quarter >= 0 else 0
    last = int(ends[quarter + 1]) if quarter + 1 < market.clock.count else market.horizon - 1
    if first <= last:
        clocks.start_quarter(max(first, 0), last, float(returns[year].sum()))


def _publications(market: Market) -> Dates:
    """Reported NAV becomes known some weeks after the quarter's end."""
    lag = market.scenario.portfolio.report_lag_days
    for quarter in range(_published_before(market) + 1, market.clock.count):
        yield int(market.clock.ends[quarter]) + lag, partial(_publish, market, quarter)


def _publish(market: Market, quarter: int) -> None:
    """The quarter's NAV is told, and buyers tell what they have by then."""
    market.flows.publish(quarter, market.clock.last_ended(market.today))
    tell_reports(market)
    market.hear_from_buyers()


def _calls(market: Market) -> Dates:
    """Sellers who wait weigh their ways out at each report and change of rules."""
    for day, report in market.reports.calls(market.horizon).items():
        yield day, partial(call_sellers, market, report=report)


def _triggers(scenario: Scenario) -> list[list[SellTrigger | None]]:
    table: list[list[SellTrigger | None]] = [[None] * len(Trigger) for _ in LpKind]
    for kind, mix in scenario.population.lps.items():
        for name, rule in mix.triggers.items():
            table[int(LpKind.of(kind))][int(Trigger.of(name))] = rule
    return table


def _lp_mixes(scenario: Scenario) -> list[LpMix]:
    """LP kinds by code; a kind without LPs needs none, so any will stand there."""
    mixes = scenario.population.lps
    spare = next(iter(mixes.values()))
    return [mixes.get(kind.label, spare) for kind in LpKind]  # type: ignore[call-overload]


def _typical_lives(scenario: Scenario) -> tuple[int, ...]:
    """Term in quarters by strategy: the stock's, else the longest of the named funds', else 5 + 2 years."""
    lives = []
    for strategy in Strategy:
        mix: StrategyMix | None = _stock(scenario).get(strategy.label)
        named = [fund.terms for fund in scenario.population.named_funds if fund.strategy == strategy.label]
        terms = [mix.terms] if mix is not None else named
        years = [term.investment_years + term.exit_years for term in terms]
        lives.append(round(QUARTERS_PER_YEAR * max(years)) if years else DEFAULT_LIFE_QUARTERS)
    return tuple(lives)


def _stock(scenario: Scenario) -> dict[str, StrategyMix]:
    """Mixes of the strategies that funds are drawn of, by name; none where all funds are named."""
    stock = scenario.population.funds
    return {str(name): mix for name, mix in stock.strategies.items() if stock.count and mix.share > 0}


def _typical_extension(scenario: Scenario) -> int:
    """Quarters of a usual extension: the most common among the stock's strategies, else among the named funds."""
    mixes = _stock(scenario)
    years = [mixes[name].terms.extension_years for name in sorted(mixes)]
    years = years or [fund.terms.extension_years for fund in scenario.population.named_funds]
    if not years:
        return DEFAULT_EXTENSION_QUARTERS
    return max(1, round(QUARTERS_PER_YEAR * max(years, key=lambda y: (years.count(y), y))))
