"""Fees are part of what is bargained: buyers bid less by theirs, sellers hold out for theirs."""

from __future__ import annotations

import pytest
from worlds import VENUE, small_pilot, with_leaves

from sfund_sim.ground.columns import MISSING
from sfund_sim.market import exchange
from sfund_sim.market.simulate import simulate
from sfund_sim.terms import Ending, Route

SALES = [ending for ending in Ending if ending.is_sale]


def sales(**fees: float | int):
    """All sales of a market with such fees at the venue, in which every buyer bids what the share is worth to it."""
    leaves = {f"{VENUE}fees.{name}": value for name, value in fees.items()}
    leaves |= {VENUE + "open": True, VENUE + "auction": {"kind": "second_price"}, VENUE + "sole_bidder_share": 1.0}
    scenario = with_leaves(small_pilot(funds=60, haste=8.0), leaves)
    return [row for row in simulate(scenario, 1, 1).exits if row.ending in SALES]


@pytest.mark.parametrize(
    "fees", [{"buyer_share": 0.2}, {"least_fen": 50_000_000}, {"buyer_share": 0.05, "least_fen": 9}]
)
def test_no_buyer_and_no_partner_pays_more_than_the_share_is_worth_to_it(fees):
    found = sales(**fees)
    assert sum(row.route == Route.VENUE for row in found) > 20
    assert sum(row.ending == Ending.SOLD_TO_PARTNER for row in found) > 2
    for row in found:
        assert row.buyer_fee != MISSING
        assert row.price + row.buyer_fee <= row.buyer_value + 1


@pytest.mark.parametrize("fees", [{"seller_share": 0.2}, {"least_fen": 50_000_000}])
def test_no_seller_is_left_with_less_than_it_would_take(fees, monkeypatch):
    least, filed = {}, exchange._file

    def watched(market, exit, seen, venue):
        least[exit.number] = seen.at_venue
        return filed(market, exit, seen, venue)

    monkeypatch.setattr(exchange, "_file", watched)
    leaves = {f"{VENUE}fees.{name}": value for name, value in fees.items()} | {VENUE + "open": True}
    scenario = with_leaves(small_pilot(funds=60, haste=8.0), leaves)
    fee = scenario.venues["beijing"].fees
    found = [(number, row) for number, row in enumerate(simulate(scenario, 1, 1).exits) if row.route == Route.VENUE]
    kept = [(row.price - fee.of(row.price)[0], least[number]) for number, row in found if row.ending in SALES]
    assert len(kept) > 20
    assert all(left >= asked - 1 for left, asked in kept)


def test_dearer_venues_sell_less_and_lower_what_buyers_offer():
    volumes = [
        sum(row.price for row in sales(buyer_share=share) if row.route == Route.VENUE) for share in (0.0, 0.1, 0.4)
    ]
    assert volumes[0] > volumes[1] > volumes[2]
