"""Who wins a bidding and what it pays, reckoned anew from the bids by the announced format; equal bids win alike."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2
from worlds import AUCTIONS, VENUE, eager, scenarios, shipped, small_pilot, with_leaves

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.simulate import simulate
from sfund_sim.scenario.model import Scenario

lively = settings(max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate])


def highest(offers, _step, _floor):
    """The highest bid wins and is paid: (those who may win, price)."""
    top = max(offers.values())
    return [buyer for buyer, bid in offers.items() if bid == top], top


def next_bid_paid(offers, _step, floor):
    """The highest bid wins and pays the next one, or the floor."""
    second = sorted(offers.values())[-2]
    return highest(offers, 0, floor)[0], max(second, floor)


def clock(offers, step, floor):
    """A rising clock, rung by rung: the last one left pays the rung, or one of the last who left the rung before."""
    if not step:
        return next_bid_paid(offers, 0, floor)
    rung, staying = 0, list(offers)
    while True:
        stay = [buyer for buyer in staying if offers[buyer] >= floor + (rung + 1) * step]
        if len(stay) <= 1:
            return (stay, floor + (rung + 1) * step) if stay else (staying, floor + rung * step)
        rung, staying = rung + 1, stay


FORMATS = {
    "first_price": highest,
    "descending": highest,
    "weighted_tender": highest,  # Buyers offer no terms.
    "second_price": next_bid_paid,
    "ascending": clock,
}


def winners_and_prices_follow_the_announced_format(scenario, journal):
    """Hold every bidding against its rules and bids; how many were contested."""
    timeline, bids, contested = scenario.timeline(), defaultdict(list), 0
    for bid in journal.bids:
        bids[bid.listing].append(bid)
    for number, made in bids.items():
        row = journal.listings[number]
        venue = timeline.for_listing(row.filed, made[0].day).venues[journal.names["venues"][row.venue]]
        offers = {bid.buyer: bid.bid for bid in made if bid.bid >= row.floor}
        won = [bid.buyer for bid in made if bid.won]
        assert len(won) == min(len(offers), 1)
        if len(offers) == 1:
            ((winner, offer),) = offers.items()
            quote = math.floor(row.floor + venue.sole_bidder_share * (offer - row.floor))
            assert (won, row.price, row.runner_up) == ([winner], quote, MISSING)
        elif offers:
            contested += 1
            step = getattr(venue.auction, "increment_share", 0.0) * row.floor
            may_win, price = FORMATS[venue.auction.kind](offers, step, row.floor)
            assert won[0] in may_win
            assert row.price == math.floor(price + 0.5)
            assert row.runner_up == max(offer for buyer, offer in offers.items() if buyer != won[0])
    return contested


@lively
@given(scenarios(), st.integers(0, 10_000))
def test_winner_and_price_of_any_market_are_those_of_the_announced_format(scenario, seed):
    journal = simulate(scenario, 1, seed)
    contested = winners_and_prices_follow_the_announced_format(scenario, journal)
    assert contested == sum(row.bidders > 1 for row in journal.listings)


@pytest.mark.parametrize("auction", AUCTIONS, ids=lambda auction: "-".join(map(str, auction.values())))
def test_winner_and_price_of_a_busy_market_are_those_of_the_announced_format(auction):
    scenario = small_pilot(haste=8.0, venues__beijing__auction=auction)
    assert winners_and_prices_follow_the_announced_format(scenario, simulate(scenario, 1, 5)) > 20


@pytest.mark.parametrize("applies_to", ["new_listings", "open_listings"])
def test_formats_changed_midway_bind_the_listings_that_the_change_is_for(applies_to):
    days = ("2021-08-05", "2021-11-10", "2022-02-10", "2022-05-10", "2022-08-10", "2022-11-10", "2023-02-10")
    policy = [
        {"name": f"change_{place}", "on": day, "because": "a change midway", "applies_to": applies_to}
        | {"set": {VENUE + "auction": {"kind": ("first_price", "second_price")[place % 2]}}}
        for place, day in enumerate(days)
    ]
    scenario = small_pilot(haste=20.0, policy=policy, venues__beijing__open=True)
    assert winners_and_prices_follow_the_announced_format(scenario, simulate(scenario, 1, 5)) > 20


def equal_buyers(**leaves) -> Scenario:
    """A market of seven buyers of one kind, none of whom may pay more than a twentieth of original cost."""
    tree = shipped("beijing_pilot").canonical()
    eager(tree, 20.0)
    buyers = tree["population"]["buyers"]
    mix = buyers["state_s_fund"] | {"count": 7, "cost_cap": 0.05, "concentration_share": 1.0}
    mix |= {"mean_capital_cny": 1e12, "ticket_max_cny": 1e12, "net_assets_cny": 1e12, "financial_assets_cny": 1e12}
    tree["population"]["buyers"] = {"state_s_fund": mix | {"due_diligence_slots": 1000}}
    tree["horizon"] = {"start": "2020-01-01", "end": "2023-12-31"}
    tree["population"]["funds"]["count"] = 60
    free = {"private_floor": {"kind": "fixed", "value": 0.0}, "disclosure.rule": "all_eligible", "open": True}
    at_venue = {VENUE + name: value for name, value in (free | leaves).items()}
    alone = {"state_assets.regime": "none", "partnership.preemption.applies": False}
    return with_leaves(Scenario.model_validate(tree), at_venue | alone)


@pytest.mark.parametrize("auction", ["ascending", "first_price"])
def test_equal_bids_win_alike_whichever_row_their_buyer_stands_in(auction):
    wins, expected = np.zeros(7), np.zeros(7)
    for replication in range(1, 5):
        journal, bids = simulate(equal_buyers(auction={"kind": auction}), replication, 1), defaultdict(list)
        for bid in journal.bids:
            bids[bid.listing].append(bid)
        first = len(journal.names["lps"])
        for made in bids.values():
            top = max(bid.bid for bid in made)
            equal = [bid for bid in made if bid.bid == top]
            if len(equal) > 1:
                for bid in equal:
                    expected[bid.buyer - first] += 1 / len(equal)
                    wins[bid.buyer - first] += bid.won
    assert expected.min() > 30
    assert ((wins - expected) ** 2 / expected).sum() < chi2.ppf(0.9999, 6)
