"""Equilibrium bids against closed forms, and against the deviations that an equilibrium forbids."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from sfund_sim.investors.bidding import BidView
from sfund_sim.investors.bidding.budgets import threshold
from sfund_sim.investors.bidding.cautious import Cautious
from sfund_sim.investors.bidding.equilibrium import Equilibrium
from sfund_sim.investors.bidding.naive import Naive
from sfund_sim.investors.bidding.shading import Rivalry
from sfund_sim.investors.laws import Exponential, Lognormal, Uniform

LAWS = [Uniform(), Uniform(lowest=0.5, highest=2.0), Exponential(), Lognormal(), Lognormal(mu=0.0, sigma=1.0)]
V = np.array([0.05, 0.2, 0.5, 0.9, 1.0])


@pytest.mark.parametrize("rivals", [0, 1, 2, 7, 49])
@pytest.mark.parametrize("risk", [1.0, 0.5, 2.0])
def test_uniform_values_with_known_rivals_follow_the_textbook(rivals, risk):
    bids = Equilibrium(law=Uniform(), poisson=False, risk_exponent=risk).bids(V, BidView("first", rivals=rivals))
    assert np.allclose(bids, rivals * V / (rivals + risk), atol=1e-10)


@pytest.mark.parametrize("rivals", [0.5, 1.0, 5.0])
def test_uniform_values_with_a_poisson_number_of_rivals_follow_mcafee_and_mcmillan(rivals):
    bids = Equilibrium(law=Uniform()).bids(V, BidView("first", rivals=rivals))
    assert np.allclose(bids, V - (1.0 - np.exp(-rivals * V)) / rivals, atol=1e-12)


def test_with_a_floor_and_aversion_to_risk_the_bid_starts_at_the_floor():
    bids = Equilibrium(law=Uniform(), poisson=False, risk_exponent=0.5).bids(V, BidView("first", floor=0.5, rivals=1))
    assert np.allclose(bids[:3], V[:3])
    assert np.allclose(bids[3:], V[3:] - (V[3:] ** 3 - 0.125) / (3.0 * V[3:] ** 2), atol=1e-12)


@pytest.mark.parametrize("law", LAWS, ids=repr)
@pytest.mark.parametrize("poisson", [False, True])
@pytest.mark.parametrize("floor", [0.0, 0.6])
def test_the_table_for_many_values_agrees_with_quadrature_of_a_few(law, poisson, floor):
    strategy = Equilibrium(law=law, poisson=poisson, risk_exponent=0.7)
    values, view = law.quantile(np.linspace(0.0005, 0.9995, 1000)), BidView("first", floor=floor, rivals=3)
    few = np.concatenate([strategy.bids(part, view) for part in np.array_split(values, 4)])
    assert np.allclose(strategy.bids(values, view), few, atol=1e-7)


@pytest.mark.parametrize("law", [Exponential(), Uniform(highest=1000.0)], ids=repr)
@pytest.mark.parametrize("floor", [1e-5, 1e-4, 1e-3])
def test_the_table_is_right_just_above_a_floor_that_is_small_beside_its_cells(law, floor):
    strategy, view = Equilibrium(law=law, poisson=False), BidView("first", floor=floor, rivals=2)
    values = floor + np.geomspace(1e-6, 1.0, 1000)
    few = np.concatenate([strategy.bids(part, view) for part in np.array_split(values, 4)])
    assert np.allclose(strategy.bids(values, view), few, rtol=1e-5, atol=0)


@pytest.mark.parametrize("law", LAWS, ids=repr)
@pytest.mark.parametrize("poisson", [False, True])
def test_no_bidder_gains_by_bidding_as_if_its_value_were_another(law, poisson):
    strategy, rivalry, floor = (
        Equilibrium(law=law, poisson=poisson, risk_exponent=0.8),
        Rivalry(law, poisson, 0.8),
        0.55,
    )
    pretended = law.quantile(np.linspace(0.01, 0.99, 99))
    pretended = pretended[pretended > floor]
    bids = strategy.bids(pretended, BidView("first", floor=floor, rivals=2.5))
    for value in law.quantile(np.array([0.6, 0.9])):
        gain = np.maximum(value - bids, 0.0) ** 0.8 * np.exp(rivalry.log_chance(pretended, 2.5))
        own = strategy.bids(np.array([value]), BidView("first", floor=floor, rivals=2.5))
        best = (value - own) ** 0.8 * np.exp(rivalry.log_chance(np.array([value]), 2.5))
        assert gain.max() <= best[0] + 1e-9


@pytest.mark.parametrize(("rivals", "budget"), [(1, 0.3), (2, 0.5), (4, 0.2)])
def test_the_type_that_jumps_to_the_common_budget_is_indifferent(rivals, budget):
    bidders = rivals + 1
    jump = threshold(Rivalry(Uniform(), False, 1.0), budget=budget, floor=0.0, rivals=rivals)
    assert (jump - budget) * (1 - jump**bidders) / (1 - jump) == pytest.approx(jump**bidders, abs=1e-10)


def test_a_budget_that_never_binds_makes_nobody_jump():
    assert threshold(Rivalry(Uniform(), False, 1.0), budget=0.9, floor=0.0, rivals=1) == np.inf
    strategy = Equilibrium(law=Uniform(), poisson=False, budget_is_known=True)
    assert np.allclose(strategy.bids(V, BidView("first", rivals=1, budget=0.9)), V / 2)


def test_where_the_next_bid_is_paid_the_equilibrium_is_truthful_within_the_budget():
    assert Equilibrium().bids(V, BidView("second", budget=0.6)).tolist() == [0.05, 0.2, 0.5, 0.6, 0.6]


@pytest.mark.parametrize(
    ("mu", "sigma", "rivals", "value", "bid"),
    [
        (-0.16251892949777494, 0.2, 2, 0.16, 0.1581446497562907),
        (-0.16251892949777494, 0.2, 2, 0.17, 0.1679583709381054),
        (0.0, 0.5, 1, 0.01, 0.009495728367347162),
        (0.0, 0.05, 3, 0.5, 0.49940368452169126),
        (0.0, 0.05, 3, 0.7, 0.6984083091101752),
    ],
)
def test_a_value_far_below_most_is_shaded_against_rivals_who_are_weaker_still(mu, sigma, rivals, value, bid):
    """A lognormal law has no lowest value; numbers by quadrature of the log cdf, made apart from this project."""
    strategy, view = Equilibrium(law=Lognormal(mu=mu, sigma=sigma), poisson=False), BidView("first", rivals=rivals)
    assert strategy.bids(np.array([value]), view)[0] == pytest.approx(bid, rel=1e-12)
    many = np.full(1000, value)
    assert strategy.bids(many, view)[0] == pytest.approx(bid, rel=1e-9)


@pytest.mark.parametrize("sigma", [0.05, 0.2, 1.0, 3.0])
@pytest.mark.parametrize("risk", [0.3, 1.0, 2.0])
@pytest.mark.parametrize("rivals", [0.01, 1, 40])
def test_bids_against_sure_rivals_solve_their_own_equation_however_low_the_value(sigma, risk, rivals):
    """b' = (log G)' (v - b) / a, in logarithms of value from 30 standard deviations below the median on."""
    strategy = Equilibrium(law=Lognormal(mu=0.0, sigma=sigma), poisson=False, risk_exponent=risk)
    step = 1e-4
    standard = np.linspace(-30.0, 6.0, 100)[:, None] + step * np.array([-1.0, 0.0, 1.0])
    values = np.exp(sigma * standard)
    bids = np.array([strategy.bids(row, BidView("first", rivals=rivals)) for row in values])
    slope = (bids[:, 2] - bids[:, 0]) / (values[:, 2] - values[:, 0])
    growth = rivals * np.exp(norm.logpdf(standard[:, 1]) - norm.logcdf(standard[:, 1])) / (sigma * values[:, 1])
    assert np.allclose(slope, growth * (values - bids)[:, 1] / risk, rtol=1e-4, atol=1e-6)
    assert (bids < values).all()


@pytest.mark.parametrize("law", LAWS, ids=repr)
@pytest.mark.parametrize(("poisson", "presence", "rivals"), [(True, 1.0, 1.5), (False, 0.6, 3), (False, 1.0, 0)])
@pytest.mark.parametrize("size", [9, 1000])
def test_where_no_rival_can_be_weaker_the_bid_is_the_floor(law, poisson, presence, rivals, size):
    """No rival has a value there, so a higher bid wins no more often; a value above it bids no less."""
    lowest, floor = float(law.quantile(np.array([2.0**-54]))[0]), 0.0
    values = np.sort(np.concatenate([lowest * np.linspace(0.01, 1, size), law.quantile(np.linspace(0.01, 0.99, size))]))
    strategy, view = (
        Equilibrium(law=law, poisson=poisson),
        BidView("first", floor=floor, rivals=rivals, presence=presence),
    )
    bids = strategy.bids(values, view)
    assert (bids[values <= lowest] == floor).all()
    assert (np.diff(bids) >= -1e-9).all()


@pytest.mark.parametrize(
    "strategy",
    [Equilibrium(), Equilibrium(poisson=False), Naive(law=Lognormal()), Cautious(law=Lognormal())],
    ids=lambda strategy: strategy.kind,
)
@given(st.integers(1, 10**12), st.floats(1e3, 1e13), st.floats(1e-3, 3), st.floats(0, 8))
def test_whoever_is_willing_to_pay_the_floor_bids_no_less_however_money_is_rounded(strategy, floor, nav, above, rivals):
    view = BidView("first", floor=float(floor), rivals=rivals, scale=nav)
    bids = strategy.bids(floor * (1 + above) * np.array([1.0, 1.5]), view)
    assert (np.floor(bids) >= floor).all()
