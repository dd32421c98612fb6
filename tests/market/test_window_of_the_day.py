"""The IPO window is a state of the market: all value a share by the day's, whatever rules bind the listing."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from worlds import digest, small_pilot, with_leaves

from sfund_sim.market import bookings, notices, talks
from sfund_sim.market.simulate import simulate

TURNS = ("2020-08-15", "2021-02-15", "2021-08-15", "2022-02-15", "2022-08-15", "2023-02-15")


def turning(applies_to):
    """A lively market whose window shuts and opens in turn, while listings are open and notices are out."""
    policy = [
        {"name": f"turn_{place}", "on": on, "because": "a test", "applies_to": applies_to}
        | {"set": {"ipo_window.state": ("shut", "open")[place % 2], "partnership.forced_sale_discount": 0.1 * place}}
        for place, on in enumerate(TURNS)
    ]
    lively = small_pilot(haste=8.0, funds=60, venues__beijing__open=True, venues__beijing__state_funds_from_open=True)
    leaves = {"partnership.preemption_interest_probability": 1.0, "agreement.known_counterparty_probability": 0.8,
              "expectations.agreement_value_to_exposure": 1.5}  # fmt: skip
    return with_leaves(lively, {"policy": policy, **leaves})


def test_all_goes_alike_whichever_listings_a_change_of_the_window_is_said_to_bind():
    assert digest(simulate(turning("new_listings"), 1, 1)) == digest(simulate(turning("open_listings"), 1, 1))


def test_no_share_is_valued_by_a_window_that_is_over(monkeypatch):
    """Bidders, partners and the other side of talks: each value is that which the day's outlook alone gives."""
    scenario, seen = turning("new_listings"), Counter()
    for module in (bookings, notices, talks):

        def watched(market, shares, lookers, *, worth=module.worth, who=module.__name__):
            value, rules = worth(market, shares, lookers), market.timeline.on(market.today)
            of_nav = market.outlooks(rules).expected.read(shares.cell, lookers.low, lookers.beyond)[0]
            nothing_more = shares._replace(unfunded=0 * shares.unfunded, nav=np.ones(value.size))
            shut = rules.ipo_window.state == "shut"
            bias = market.scenario.expectations.mark_bias_shut if shut else market.scenario.expectations.mark_bias_open
            unseen = lookers._replace(trust=0 * lookers.trust, spread=0 * lookers.spread)
            np.testing.assert_allclose(worth(market, nothing_more, unseen), of_nav * np.exp(-bias))
            seen[who.rpartition(".")[2], rules.ipo_window.state] += value.size
            return value

        monkeypatch.setattr(module, "worth", watched)
    simulate(scenario, 1, 1)
    assert len(seen) == 6
    assert min(seen.values()) > 20


@pytest.mark.parametrize("kind", ["bids", "notices"])
def test_there_are_listings_filed_and_awarded_before_a_turn_that_are_valued_after_it(kind):
    """Without them the two tests above would show nothing."""
    scenario = turning("new_listings")
    journal, timeline, across = simulate(scenario, 1, 1), scenario.timeline(), 0
    listings = {number: row.filed for number, row in enumerate(journal.listings)}
    if kind == "bids":
        across = sum(timeline.number(listings[row.listing]) < timeline.number(row.day) for row in journal.bids)
    else:
        sold = [row for row in journal.listings if row.taker >= 0]
        signed = [(row.filed, journal.exits[row.exit].signed) for row in sold]
        across = sum(timeline.number(filed) < timeline.number(day) for filed, day in signed)
    assert across > 5
