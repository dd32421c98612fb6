"""Replications and seeds are independent: what happens in one says nothing of what happens in another."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import small_pilot

from sfund_sim.ground.streams import Streams
from sfund_sim.market.build import quarter_clock
from sfund_sim.market.flows import economy_path
from sfund_sim.market.simulate import tabulate

PAIRS = 40
"""Pairs of markets. Were the public market the same in both of a pair, their results would correlate at 0.9."""
OTHERS = {
    "replications": lambda number: ((number, 1), (number, 2)),
    "seeds": lambda number: ((1, number), (2, number)),
}
"""Pairs (seed, replication), by what differs within a pair; from pair to pair the other one differs."""


def correlation(pairs):
    one, other = np.array(pairs).T
    return abs(np.corrcoef(one, other)[0, 1])


@pytest.mark.parametrize("differ", OTHERS)
def test_the_public_market_of_one_says_nothing_of_that_of_another(differ):
    world = small_pilot()
    timeline, clock = world.timeline(), quarter_clock(world)
    pairs = [
        np.array(
            [economy_path(world, timeline, clock, Streams(*each)).market_log_return for each in OTHERS[differ](pair)]
        )
        for pair in range(PAIRS)
    ]
    returns = np.concatenate(pairs, axis=1).T
    assert returns.std() > 0.05
    assert correlation(returns) < 4 / np.sqrt(len(returns))


@pytest.mark.parametrize("differ", OTHERS)
def test_what_funds_made_in_one_says_nothing_of_what_they_made_in_another(differ):
    """Value in funds and paid out over paid in, of all funds of a market: the public market moves it most of all."""
    world = small_pilot(funds=20, horizon={"start": "2020-01-01", "end": "2020-03-31"})
    made = [[_multiple(world, *each) for each in OTHERS[differ](pair)] for pair in range(PAIRS)]
    assert np.std(made) > 0.2
    assert correlation(made) < 4 / np.sqrt(PAIRS)


def _multiple(world, seed, replication):
    funds = tabulate(world, replication, seed).arrays()["funds"]
    return np.log((funds["nav_true"] + funds["distributed"]).sum() / funds["paid_in"].sum())
