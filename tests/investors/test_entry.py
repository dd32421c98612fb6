"""Costly entry: surplus by number of entrants, and the chance of entry that makes it worth its cost."""

import numpy as np
import pytest

from sfund_sim.investors.entry import entry_probability, expected_surplus, surplus_of_entrant
from sfund_sim.investors.laws import Exponential, Lognormal, Uniform

M = np.arange(1, 7)


def test_uniform_and_exponential_surplus_follow_the_closed_forms():
    assert np.allclose(surplus_of_entrant(Uniform(), 6), 1 / (M * (M + 1)))
    assert np.allclose(surplus_of_entrant(Uniform(), 6, preemption=True), (M - 1) / (M * (M + 1) * (M + 2)))
    assert np.allclose(surplus_of_entrant(Exponential(), 6), 1 / M)


@pytest.mark.parametrize("law", [Uniform(lowest=0.5, highest=1.5), Exponential(), Lognormal()], ids=repr)
@pytest.mark.parametrize("preemption", [False, True])
@pytest.mark.parametrize("reserve", [0.0, 0.8])
def test_the_integrals_agree_with_draws(law, preemption, reserve):
    rng, auctions = np.random.default_rng(4), 200_000
    values = law.quantile(rng.random((3, auctions)))
    price = np.maximum(values[1:].max(axis=0), reserve)
    gain = np.maximum(values[0] - price, 0.0)
    if preemption:
        gain *= law.quantile(rng.random(auctions)) < price
    expected = surplus_of_entrant(law, 3, reserve=reserve, preemption=preemption)[2]
    assert gain.mean() == pytest.approx(expected, abs=5 * gain.std() / np.sqrt(auctions))


def test_at_the_mixed_equilibrium_entering_brings_just_its_cost():
    surplus = surplus_of_entrant(Lognormal(), 8)
    probability = entry_probability(surplus, 0.04)
    assert 0 < probability < 1
    assert expected_surplus(surplus, probability) == pytest.approx(0.04, abs=1e-12)


def test_cheap_entry_is_certain_and_dear_entry_never_happens():
    surplus = surplus_of_entrant(Uniform(), 5)
    assert entry_probability(surplus, 0.0) == 1.0
    assert entry_probability(surplus, 0.6) == 0.0
    assert entry_probability(surplus[:1], 0.3) == 1.0


@pytest.mark.parametrize(("law", "mean"), [(Uniform(), 0.5), (Exponential(), 1.0)], ids=repr)
def test_at_a_cost_of_just_what_entering_brings_the_largest_equilibrium_is_certain_entry(law, mean):
    """The cost is a closed form, the surplus an integral that may come out a rounding below it."""
    assert entry_probability(surplus_of_entrant(law, 1), mean) == 1.0
    assert entry_probability(surplus_of_entrant(law, 1), mean * (1 + 1e-9)) == 0.0
    assert entry_probability(surplus_of_entrant(Uniform(), 4), 1 / 20) == 1.0
