"""Open listings on the clock: what is counted, and on which diary."""

import numpy as np
import pytest
from simpy_diary import SimpyDiary

from sfund_sim.ground.errors import RuleError
from sfund_sim.lab import listings
from sfund_sim.lab.chance import Chance
from sfund_sim.lab.estimate import mean
from sfund_sim.lab.listings import OpenListings


@pytest.mark.parametrize("law", ["fixed", "exponential", "lognormal"])
def test_the_number_open_has_the_poisson_mean_whatever_the_law_of_its_length(law):
    seen = OpenListings(openings=3.0, mean_open=2.0, law=law).sample(Chance(1), 3_000)
    found = mean(seen["open"])
    assert abs(found.found - 6.0) < 4 * found.se


def test_an_empty_board_fills_up_to_the_openings_so_far():
    seen = OpenListings(openings=5.0, mean_open=4.0, after=1.0).sample(Chance(2), 2_000)
    assert abs(mean(seen["open"]).found - 5.0) < 4 * mean(seen["open"]).se


def test_too_many_listings_for_an_evening_are_refused_with_what_would_do():
    world = OpenListings(openings=20.0, mean_open=2.0, law="exponential")
    with pytest.raises(RuleError, match=r"would open 480,000,000 listings; .* that is 1,250,000 replications"):
        world.sample(Chance(1), 2_000_000)


def test_the_unit_of_time_changes_nothing():
    slow = OpenListings(openings=1e-9, mean_open=4e9, law="fixed", lag=1e9).sample(Chance(4), 500)
    fast = OpenListings(openings=1e9, mean_open=4e-9, law="fixed", lag=1e-9).sample(Chance(4), 500)
    assert mean(slow["open"]).found > 1
    assert np.abs(slow["open"] - fast["open"]).max() <= 1  # A look on the very day of an opening may go either way.
    assert np.mean(slow["open_later"] != fast["open_later"]) < 0.01


def test_the_oracle_diary_counts_the_same(monkeypatch):
    world = OpenListings(openings=4.0, mean_open=1.0, lag=0.5)
    ours = world.sample(Chance(3), 200)
    monkeypatch.setattr(listings, "HeapDiary", SimpyDiary)
    theirs = world.sample(Chance(3), 200)
    assert np.array_equal(ours["open"], theirs["open"])
    assert np.array_equal(ours["open_later"], theirs["open_later"])
