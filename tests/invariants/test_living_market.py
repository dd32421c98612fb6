"""What holds in every market after every event: money, shares, commitments, budgets, caps, one sale at a time."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from worlds import scenarios, shipped, small_pilot, watched, with_leaves

from sfund_sim.ground.columns import MISSING
from sfund_sim.terms import Ending, FundState, RegisterEntry, Route, Stage

# No shrinking: a failing world is small already, and a shrink would run hundreds of markets.
lively = settings(max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate])
seeds = st.integers(0, 10_000)


@lively
@given(scenarios(), seeds)
def test_every_fen_stays_in_the_accounts_after_every_event(scenario, seed):
    events = []

    def make(market):
        def look(*_):
            events.append(market.today)
            assert market.accounts.total() == 0
            assert (market.accounts.in_funds >= 0).all()

        return look

    watched(scenario, make, seed)
    assert events == sorted(events, key=lambda day: max(day, 0))


@lively
@given(scenarios(), seeds)
def test_a_settlement_moves_price_and_fees_and_nothing_else(scenario, seed):
    paid = Counter()
    journal = watched(scenario, lambda market: every_payment_in_cash_and_record(market, paid), seed)
    assert sum(paid.values()) == sum(row.entry == RegisterEntry.PAYMENT for row in journal.register)


def test_in_a_busy_market_every_first_part_and_every_rest_is_paid_by_the_buyer_to_the_seller():
    leaves = {
        "venues__beijing__settlement__first_share": 0.4,
        "venues__beijing__settlement__rest_days": 90,
        "venues__beijing__fees__seller_share": 0.01,
        "venues__beijing__fees__buyer_share": 0.02,
        "partnership__preemption_interest_probability": 0.3,
    }
    paid = Counter()
    watched(small_pilot(haste=8.0, **leaves), lambda market: every_payment_in_cash_and_record(market, paid), 5)
    assert min(paid[part] for part in ("in one sum", "first part", "rest")) > 5, paid


def every_payment_in_cash_and_record(market, paid):
    """Hold what an event did to everybody's cash against what it wrote into the register."""
    accounts, note, notes = market.accounts, market.note, []
    cash, outside, titles, paid_back = accounts.cash.copy(), accounts.outside, 0, set()
    venues = [market.scenario.venues[name] for name in market.venue_names]

    def noted(entry, exit, *, giver=MISSING, taker=MISSING, fen=0):
        note(entry, exit, giver=giver, taker=taker, fen=fen)
        if entry in (RegisterEntry.PAYMENT, RegisterEntry.FEE, RegisterEntry.PLEDGE, RegisterEntry.RELEASE):
            notes.append((entry, exit, giver, taker, fen))

    def look(deed, *_):
        nonlocal cash, outside, titles
        moved, left = accounts.cash - cash, accounts.outside - outside
        has_title = len(market.purchases) > titles
        expected, fees = np.zeros_like(moved), Counter()
        for entry, _, giver, taker, fen in notes:
            for who, moves in ((giver, -fen), (taker, fen)):
                if who != MISSING:
                    expected[who] += moves
            fees[giver] += fen * (entry == RegisterEntry.FEE)
        for (
            exit
        ) in market.exits:  # What a fund that has ended paid goes to the lender without a record: the share is gone.
            if exit.loan_paid != MISSING and exit.number not in paid_back:
                paid_back.add(exit.number)
                expected[exit.lp] -= exit.loan_paid * (exit.ending in (Ending.LIQUIDATED, Ending.FUND_ENDED))
        payments = [each for each in notes if each[0] == RegisterEntry.PAYMENT]
        assert has_title <= bool(payments)
        if payments:
            ((_, exit, buyer, seller, part),) = payments
            assert (buyer, seller) == (exit.buyer, exit.lp)
            assert (moved == expected).all()
            lent = sum(each[-1] for each in notes if each[0] == RegisterEntry.RELEASE)
            assert (moved[buyer], moved[seller]) == (-(part + fees[buyer]), part - fees[seller] - lent)
            assert left == fees[buyer] + fees[seller] + lent
            if has_title:
                assert (part, fees[buyer]) == (exit.price - exit.rest, exit.buyer_fee)
                if exit.route == Route.VENUE:
                    assert fees[seller] == venues[exit.venue].fees.of(exit.price)[0]
            else:
                assert (part, left) == (exit.rest, 0)
            paid[("first part" if exit.rest else "in one sum") if has_title else "rest"] += 1
        elif deed == "event":
            # Nothing is sold: sellers pay what the register says; buyers a lost deposit, and their due diligence.
            assert (moved[: market.first_buyer] == expected[: market.first_buyer]).all()
            assert (moved <= expected).all()
        notes.clear()
        cash, outside, titles = accounts.cash.copy(), accounts.outside, len(market.purchases)

    market.note = noted
    return look


@lively
@given(scenarios(), seeds)
def test_every_unit_has_one_owner_after_every_event(scenario, seed):
    looks = 0

    def make(market):
        def look(*_):
            nonlocal looks
            looks += 1
            holdings = market.holdings
            assert (holdings.units > 0).all()
            per_fund = np.bincount(holdings.fund, holdings.units, len(market.funds))
            assert (per_fund == market.funds.units).all()

        return look

    watched(scenario, make, seed)
    assert looks > 0


@lively
@given(scenarios(), seeds)
def test_no_buyer_promises_money_that_it_has_not(scenario, seed):
    looks = 0

    def make(market):
        def look(*_):
            nonlocal looks
            looks += 1
            buyers, first = market.buyers, len(market.lps)
            assert (market.free_cash() >= 0).all()
            assert (buyers.reserved >= 0).all()
            assert (buyers.busy >= 0).all()
            assert (buyers.busy <= buyers.slots).all()
            held = np.flatnonzero(market.holdings.owner >= first)
            fund, owed = market.holdings.fund[held], np.zeros(len(buyers), np.int64)
            unfunded = market.funds.unfunded[fund] * (market.funds.state[fund] != FundState.ENDED)
            np.add.at(owed, market.holdings.owner[held] - first, unfunded * market.holdings.units[held])
            assert (owed == buyers.obligations).all()

        return look

    watched(scenario, make, seed)
    assert looks > 0


@lively
@given(scenarios(), seeds)
def test_no_sale_gives_a_fund_more_partners_than_the_cap_or_breaks_a_buyer_s_limits(scenario, seed):
    looks = Counter()
    watched(scenario, lambda market: caps_and_limits_kept(market, looks), seed)
    assert looks["looks"] > 0


@pytest.mark.parametrize("scarce", ["cash", "concentration_share"])
def test_where_few_buyers_are_short_of_money_or_room_none_bids_or_is_awarded_more_than_it_may(scarce):
    """Three buyers of each kind look at everything; they have little cash, or may put little into one fund."""
    kinds = small_pilot().population.buyers
    short = {"mean_capital_cny": 1e8} if scarce == "cash" else {"mean_capital_cny": 1e9, "concentration_share": 0.02}
    traits = {"count": 3, "concentration_share": 1.0, "ticket_max_cny": 1e9, "due_diligence_slots": 50} | short
    traits |= {"engagement_probability": 1.0, "founded_years": {2018: 1.0}, "net_assets_cny": 1e12}
    leaves = {f"population__buyers__{kind}__{name}": value for kind in kinds for name, value in traits.items()}
    looks = Counter()
    scenario = small_pilot(funds=40, haste=20.0, venues__beijing__disclosure__rule="all_eligible", **leaves)
    watched(scenario, lambda market: caps_and_limits_kept(market, looks), 1)
    assert looks["bids"] > 200, looks
    assert looks["bids that all of it went into: " + scarce] > 10, looks


def caps_and_limits_kept(market, looks):
    """Hold each bid and award against the buyer's limits, and each sale against the cap; how often there was one."""
    cap, at_first, note, sales = market.scenario.partnership.partner_cap, _partner_counts(market), market.note, 0

    def noted(entry, exit, **fields):
        note(entry, exit, **fields)
        if entry in (RegisterEntry.AWARD, RegisterEntry.BID) and fields["taker"] >= len(market.lps):
            looks.update(_within_limits(market, exit, fields["taker"] - len(market.lps), fields["fen"], entry))

    def look(*_):
        nonlocal sales
        looks["looks"] += 1
        if sales < len(market.purchases):
            sales, counts, holdings = len(market.purchases), _partner_counts(market), market.holdings
            owners = [holdings.owner[holdings.index.rows(fund)].tolist() for fund in range(len(market.funds))]
            assert counts == [len(set(each)) for each in owners]
            assert all(now <= max(cap, before) for now, before in zip(counts, at_first, strict=True))

    market.note = noted
    return look


def _partner_counts(market):
    pairs = zip(market.holdings.fund.tolist(), market.holdings.owner.tolist(), strict=True)
    counted = Counter(fund for fund, _ in set(pairs))
    return [counted[fund] for fund in range(len(market.funds))]


def _within_limits(market, exit, buyer, fen, entry):
    """Hold a bid or an award against what the buyer has and may; which limit a bid goes up to."""
    buyers, unfunded = market.buyers, int(market.funds.unfunded[exit.fund]) * exit.units
    made = [market.exits[purchase.exit] for purchase in market.purchases if purchase.fund == exit.fund]
    before = sum(each.price + each.buyer_fee + each.unfunded for each in made if each.buyer == len(market.lps) + buyer)
    most = buyers.concentration_share[buyer] * buyers.raised[buyer]
    room = most - before - unfunded
    assert fen <= room + 1
    assert fen <= buyers.ticket_max[buyer] + 1
    assert fen <= buyers.cost_cap[buyer] * float(market.funds.paid_in[exit.fund]) * exit.units + 1
    if entry == RegisterEntry.AWARD:  # What it is to pay is set aside by now.
        assert buyers.committed[buyer, exit.fund] <= most + 1
        return []
    cash = market.free_cash_of(buyer) - unfunded
    assert fen <= cash + 1
    used = {"cash": fen > 0.98 * cash, "concentration_share": before > 0 and fen > 0.9 * room}
    return ["bids", *(f"bids that all of it went into: {name}" for name, whole in used.items() if whole)]


@lively
@given(scenarios(), seeds)
def test_no_share_is_sold_twice_at_a_time_and_no_two_sales_share_their_chance(scenario, seed):
    looks = Counter()
    watched(scenario, lambda market: one_sale_of_a_share_at_a_time(market, looks, every=20), seed)
    assert looks["looks"] > 0


@pytest.mark.parametrize("again", ["2020-10-01", "2021-03-01"])
def test_a_partner_who_is_told_to_want_out_again_while_it_sells_begins_no_second_sale(again):
    case, looks = shipped("case_guidance_fund"), Counter()
    (fund,) = case.canonical()["population"]["named_funds"]
    for partner in fund["partners"]:
        partner["wishes"] = [{"on": on, "trigger": "liquidity_shock"} for on in ("2020-09-01", again)]
    fund["partners"][0]["wishes"] = [wish | {"trigger": "policy_goal_met"} for wish in fund["partners"][0]["wishes"]]
    scenario = with_leaves(case, {"population.named_funds": [fund], "policy_dropped": ["csrc_approval"]})
    watched(scenario, lambda market: one_sale_of_a_share_at_a_time(market, looks, every=1), 1)
    assert looks["several sales"] > 20


def one_sale_of_a_share_at_a_time(market, looks, every):
    """Look, after one event in so many, at the sales under way; how often several were."""

    def look(deed, *_):
        looks["looks"] += 1
        if deed == "event" and looks["looks"] % every:
            return
        under_way = [exit for exit in market.exits if not exit.is_over and exit.transferred == MISSING]
        assert len({exit.holding for exit in under_way}) == len(under_way)
        wishes = {exit.holding: (exit.number, exit.trigger) for exit in under_way}
        held, marked = market.holdings, np.flatnonzero(market.holdings.on_sale).tolist()
        assert {row: (held.exit[row], held.wish[row]) for row in marked} == wishes
        assert np.flatnonzero(held.wish >= 0).tolist() == np.flatnonzero(held.exit >= 0).tolist() == marked
        assert len({exit.key for exit in market.exits}) == len(market.exits)
        looks["several sales"] += len(under_way) > 1

    return look


@lively
@given(scenarios(), seeds)
def test_every_day_the_board_shows_the_offers_that_the_tables_have_under_disclosure(scenario, seed):
    seen, stays = boards_hold_against_tables(scenario, seed)
    assert seen.sum() == sum(left - entered for entered, left in stays)


def test_the_board_of_a_busy_market_obeys_little_s_law():
    """L = lambda W, exactly: the mean number open, day by day, is offers a day times mean days under disclosure."""
    scenario = small_pilot(haste=8.0, venues__beijing__extensions=2)
    seen, stays = boards_hold_against_tables(scenario, 5)
    days, offers = scenario.horizon.days, len(stays)
    assert offers > 50
    assert seen.max() > 3
    assert seen.mean() == pytest.approx(offers / days * np.mean([left - entered for entered, left in stays]))


def boards_hold_against_tables(scenario, seed):
    """Hold the board at each day's end against the stages; how many offers it showed [days], and the offers' stays."""
    horizon, seen = scenario.horizon.days, {}

    def make(market):
        seen.update((venue, np.zeros(horizon, np.int64)) for venue in range(len(market.boards)))

        def look(*_):
            for venue, board in enumerate(market.boards):
                seen[venue][market.today :] = board.open

        return look

    journal = watched(scenario, make, seed)
    told = {venue: np.zeros(horizon + 1, np.int64) for venue in seen}
    stays, disclosed = [], {}
    for row in journal.stages:
        if row.stage == Stage.DISCLOSED:
            left = horizon if row.left == MISSING else row.left
            told[journal.exits[row.exit].venue][[row.entered, left]] += (1, -1) if row.entered < left else 0
            stays.append((row.entered, left))
            disclosed.setdefault((row.exit, row.round), row.entered)
    assert all((seen[venue] == told[venue].cumsum()[:horizon]).all() for venue in seen)
    listings = {(row.exit, row.round): row.disclosed for row in journal.listings if row.disclosed != MISSING}
    assert disclosed == listings
    return sum(seen.values()), stays


@lively
@given(scenarios(), seeds)
def test_the_unfunded_commitment_travels_with_the_share(scenario, seed):
    markets = []

    def make(market):
        markets.append(market)
        before = _positions(market)

        def look(deed, *arguments):
            nonlocal before
            now = _positions(market)
            if deed == "close_quarter":
                assert (now - before).tolist() == _flows_of(market, *arguments)
            before = now

        return look

    watched(scenario, make, seed)
    market = markets[0]
    for holding in np.flatnonzero(market.holdings.acquired != MISSING).tolist():
        fund, day = int(market.holdings.fund[holding]), int(market.holdings.acquired[holding])
        assert market.flows.called[fund, market.clock.ends <= day].sum() == market.holdings.paid_in_before[holding]
        paid = market.flows.distributed[fund, market.clock.ends <= day].sum()
        assert paid == market.holdings.distributed_before[holding]
    assert (market.flows.called.sum(axis=1) == market.funds.paid_in).all()
    assert (market.funds.unfunded >= 0).all()


def _positions(market):
    """What LPs, together, have had from funds, and each buyer's cash."""
    return np.append(market.accounts.lps, market.accounts.cash[market.first_buyer :])


def _flows_of(market, quarter):
    """What this quarter moves, fen: owners pay calls, get payouts; buyers, who come behind all LPs, pass some on."""
    moved, received = Counter(), Counter()
    holdings = market.holdings
    columns = (holdings.fund.tolist(), holdings.owner.tolist(), holdings.units.tolist())
    for fund, owner, units in zip(*columns, strict=True):
        moved[owner] -= int(market.flows.called[fund, quarter]) * units
        received[owner] += int(market.flows.distributed[fund, quarter]) * units
    first = len(market.lps)
    for buyer, share in enumerate(market.buyers.reinvest_share.tolist()):
        moved[first + buyer] -= math.floor(float(received[first + buyer]) * (1 - share))
    flows = [moved[who] + received[who] for who in range(market.accounts.cash.size)]
    return [sum(flows[:first]), *flows[first:]]
