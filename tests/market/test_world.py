"""The world's own small promises: quarters, splitting a share, paying, and the account that must not move."""

from __future__ import annotations

import gc
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import changed, shipped, small_pilot, watched

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.diary import HeapDiary
from sfund_sim.ground.errors import BrokenInvariant
from sfund_sim.market import agreement, closing
from sfund_sim.market.accounts import Accounts
from sfund_sim.market.exits import Exit
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.quarter_clock import QuarterClock
from sfund_sim.market.simulate import build_market, simulate
from sfund_sim.market.world import Holdings
from sfund_sim.terms import FundState, Purpose, RegisterEntry, Trigger

LIVING = (FundState.INVESTING, FundState.EXITING, FundState.EXTENDED)
DATES = st.dates(date(1995, 1, 1), date(2060, 12, 31))


@given(DATES, DATES, DATES)
def test_the_quarters_run_from_the_oldest_vintage_s_year_to_the_last_that_ends_in_time(first, start, end):
    clock = QuarterClock.covering(first, start, end)
    ends = [start + timedelta(days=int(day)) for day in clock.ends]
    assert all((day + timedelta(days=1)).month in (1, 4, 7, 10) and (day + timedelta(days=1)).day == 1 for day in ends)
    assert all(80 < (b - a).days < 100 for a, b in pairwise(ends))
    if ends:
        assert ends[0] == date(min(first, start).year, 3, 31)
        assert ends[-1] <= end < ends[-1] + timedelta(days=93)
        assert (clock.ends[: clock.first_live] < 0).all()
        assert (clock.ends[clock.first_live :] >= 0).all()


@given(DATES)
def test_a_date_lies_in_its_quarter(day):
    clock = QuarterClock.covering(day, day, day + timedelta(days=400))
    quarter = clock.of_date(day)
    assert clock.ends[quarter] >= 0
    assert quarter == 0 or clock.ends[quarter - 1] < 0
    assert clock.last_ended(int(clock.ends[quarter])) == quarter
    assert clock.last_ended(int(clock.ends[quarter]) - 1) == quarter - 1


def holdings(*units):
    count = len(units)
    return Holdings(
        key=np.arange(count, dtype=np.uint64), fund=np.arange(count), owner=np.arange(count),
        units=np.array(units), drawn_wishes=np.ones(count, bool),
    )  # fmt: skip


@given(st.lists(st.integers(2, 10**6), min_size=1, max_size=5), st.data())
def test_a_part_cut_off_keeps_owner_and_fund_and_loses_no_unit(units, data):
    held = holdings(*units)
    which = data.draw(st.integers(0, len(units) - 1))
    part = data.draw(st.integers(1, units[which] - 1))
    slot = held.split(which, part)
    assert slot == len(units) == len(held) - 1
    assert held.units.sum() == sum(units)
    assert (held.units[slot], held.units[which]) == (part, units[which] - part)
    assert (held.fund[slot], held.owner[slot]) == (held.fund[which], held.owner[which])
    assert {len(column) for column in vars(held).values() if isinstance(column, np.ndarray)} == {len(units) + 1}


@pytest.mark.parametrize("part", [0, 10, 11, -1])
def test_nothing_and_everything_are_no_parts(part):
    with pytest.raises(BrokenInvariant, match=f"cannot give up {part}"):
        holdings(10).split(0, part)


def test_money_is_paid_in_whole_and_never_backwards():
    accounts = Accounts(np.array([100, 0]), np.array([7]))
    accounts.pay(0, 1, 30)
    accounts.pay_out(1, 10)
    assert (accounts.cash.tolist(), accounts.outside, accounts.total()) == ([70, 20], 10, 107)
    for wrong in (lambda: accounts.pay(0, 1, -1), lambda: accounts.pay_out(0, -1)):
        with pytest.raises(BrokenInvariant, match="a payment of -1 fen"):
            wrong()


@pytest.mark.parametrize(("account", "fen", "told"), [(0, 1, "accounts sum to"), (-1, -(10**15), "accounts sum to")])
def test_a_fen_from_nowhere_stops_the_run_with_the_day(account, fen, told):
    done = []

    def make(market):
        def look(deed, *_):
            if deed == "raise_money" and not done:
                market.accounts.cash[account] += fen
                done.append(deed)

        return look

    with pytest.raises(BrokenInvariant, match=told):
        watched(small_pilot(funds=6), make)
    assert done


def test_wishes_under_a_constant_hazard_come_at_exponential_times():
    """The first wish of each holding under hazard h a year: unit-exponential thresholds over h, censored at the end."""
    markets = []
    hazard = 0.5
    scenario = small_pilot(funds=40)
    tree = scenario.canonical()
    for mix in tree["population"]["lps"].values():
        mix["triggers"] = {"liquidity_shock": {"kind": "constant", "annual_hazard": hazard}}
    scenario = type(scenario).model_validate(tree)

    def make(market):
        markets.append(market)
        return lambda *_: None

    journal = watched(scenario, make)
    market, hazard = markets[0], hazard * scenario.population.wish_scale
    open_for_good = _holdings_of_funds_that_live_throughout(journal, scenario.horizon.days)
    first = {}
    for row in journal.exits:
        first.setdefault(row.holding, row.wished)
    assert len(open_for_good) > 40
    for holding in open_for_good:
        address = (market.holdings.key[holding : holding + 1], 0, int(Trigger.LIQUIDITY_SHOCK))
        due = market.streams.exponential(Purpose.SELL_CLOCK, *address)[0] / hazard * 365.25
        assert first.get(holding, 10**6) == pytest.approx(due, abs=2) or due > scenario.horizon.days - 2


def _holdings_of_funds_that_live_throughout(journal, days):
    """First partners' holdings of funds that were open from before the run to its end."""
    funds = {row.fund for row in journal.funds if row.vintage < -100 and row.state in LIVING and not row.forced}
    assert days > 1000
    return [row.holding for row in journal.holdings if row.fund in funds and row.holding < _first_cut_off(journal)]


def _first_cut_off(journal):
    return min((row.holding for row in journal.register if row.entry == RegisterEntry.SPLIT), default=10**9)


def test_cells_are_the_memory_of_their_columns_to_the_end_of_a_market():
    markets = []

    def make(market):
        markets.append(market)
        return lambda *_: None

    watched(small_pilot(funds=20), make)
    for entities in (markets[0].funds, markets[0].buyers):
        for name, cell in vars(entities.cells).items():
            assert np.shares_memory(np.asarray(cell), getattr(entities, name)), name
    assert np.shares_memory(np.asarray(markets[0].accounts.of), markets[0].accounts.cash)


def test_a_replication_leaves_nothing_behind_that_only_the_collector_could_free():
    """Else a large market would stay in memory while its results are written."""

    def alive():
        return sum(isinstance(thing, Market | Exit | Listing) for thing in gc.get_objects())

    scenario = small_pilot(funds=20)
    gc.collect()
    gc.disable()
    try:
        before = alive()
        journal = simulate(scenario, 1, 1)
        assert alive() == before
    finally:
        gc.enable()
    assert len(journal.listings) > 20


def test_no_partner_comes_twice_in_a_fund_however_small_the_market():
    for funds in (1, 3, 5, 30):
        market = build_market(small_pilot(funds=funds), 1, 1, HeapDiary())[0]
        pairs = set(zip(market.holdings.fund.tolist(), market.holdings.owner.tolist(), strict=True))
        assert len(pairs) == len(market.holdings)


def test_a_fund_begins_in_the_quarter_that_holds_its_founding_day():
    market = build_market(small_pilot(funds=400), 1, 1, HeapDiary())[0]
    ends, first, founded = market.clock.ends, market.funds.start_quarter, market.funds.vintage
    known = first < ends.size
    assert (founded[known] <= ends[first[known]]).all()
    assert (founded[known] > np.append(ends, 0)[first[known] - 1])[first[known] > 0].all()


def test_one_named_fund_among_many_drawn_ones_does_not_tell_everybody_how_long_funds_live():
    world = small_pilot()
    lives = build_market(world, 1, 1, HeapDiary())[0].typical_lives
    (named,) = shipped("case_central_soe").canonical()["population"]["named_funds"]
    named["terms"]["exit_years"] = 15.0
    named["partners"] = [partner | {"wishes": []} for partner in named["partners"]]
    with_one = changed(world, population__named_funds=[named])
    assert build_market(with_one, 1, 1, HeapDiary())[0].typical_lives == lives
    alone = changed(with_one, population__funds__count=0)
    assert max(build_market(alone, 1, 1, HeapDiary())[0].typical_lives) > max(lives)


def test_partners_who_want_out_themselves_are_not_asked_to_buy(monkeypatch):
    asked = {closing: "answer_now", agreement: "meet_now"}
    found = []

    def of_one_who_stays(ask):
        def watching(market, about):
            answer, holdings, fund = ask(market, about), market.holdings, about.exit.fund
            rows = np.flatnonzero((holdings.fund == fund) & holdings.on_sale)
            investor = getattr(answer, "taker", getattr(answer, "investor", MISSING))
            found.append(0 <= investor < market.first_buyer)
            assert investor not in holdings.owner[rows].tolist()
            return answer

        return watching

    for module, name in asked.items():
        monkeypatch.setattr(module, name, of_one_who_stays(getattr(module, name)))
    world = small_pilot(funds=60, haste=8.0, partnership__preemption_interest_probability=1.0)
    simulate(world, 1, 1)
    assert sum(found) > 10
