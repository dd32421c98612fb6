"""What a seller should hold out for, against closed forms and against nearby reserves."""

import numpy as np
import pytest

from sfund_sim.investors.laws import Exponential, Lognormal, Uniform
from sfund_sim.investors.reserves import Demand, expected_excess, optimal_relisting, optimal_reserve, optimal_search

LAWS = [Uniform(), Uniform(lowest=0.5, highest=1.2), Exponential(), Lognormal(), Lognormal(mu=0.0, sigma=1.0)]


def test_optimal_reserves_follow_the_closed_forms():
    assert optimal_reserve(Uniform(), 0.4) == pytest.approx(0.7)
    assert optimal_reserve(Exponential(mean=2.0), 0.5) == pytest.approx(2.5)
    assert optimal_reserve(Uniform(lowest=0.9, highest=1.0)) == pytest.approx(0.9), "the lowest value is enough"


@pytest.mark.parametrize("worth", [0.0, 0.3, 1.0, 5.0, 20.0, 60.0, 500.0])
def test_a_seller_may_think_more_of_the_share_than_bidders_do(worth):
    assert optimal_reserve(Exponential(), worth) == pytest.approx(1.0 + worth, abs=1e-6)
    assert optimal_reserve(Uniform(), worth) == pytest.approx(max((1.0 + worth) / 2, worth))
    far = optimal_reserve(Lognormal(mu=0.0, sigma=0.5), worth)
    law, at = Lognormal(mu=0.0, sigma=0.5), np.asarray(far)
    assert far == pytest.approx(worth + float(law.survival(at) / law.pdf(at)), rel=1e-6)


@pytest.mark.parametrize("law", [*LAWS, Lognormal(mu=-0.1625), Lognormal(mu=-2.0, sigma=0.05), Uniform(highest=300.0)])
@pytest.mark.parametrize("discount", [0.0, 0.5, 0.95, 0.99, 1.0])
@pytest.mark.parametrize(("bidders", "poisson", "cost"), [(1, False, 0.01), (2, False, 0.3), (3.0, True, 0.001)])
def test_relisting_has_an_answer_for_the_hasty_and_the_patient(law, discount, bidders, poisson, cost):
    demand = Demand(law, bidders, poisson)
    reserve, value = optimal_relisting(demand, discount=discount, cost=cost)
    unsold = discount * value - cost
    assert demand.value_of_listing(reserve, unsold) == pytest.approx(value, abs=1e-8 * max(1.0, abs(value)))
    for other in (0.97 * reserve, 1.03 * reserve):
        assert demand.value_of_listing(other, unsold) <= value + 1e-8 * max(1.0, abs(value))


@pytest.mark.parametrize("law", LAWS, ids=repr)
@pytest.mark.parametrize("bidders", [1, 4])
def test_no_other_reserve_earns_more(law, bidders):
    demand, best = Demand(law, bidders), optimal_reserve(law, 0.2)
    top = demand.value_of_listing(best, 0.2)
    for other in (0.0, 0.9 * best, 1.1 * best, law.quantile(np.asarray(0.99))):
        assert demand.value_of_listing(float(other), 0.2) <= top + 1e-9


@pytest.mark.parametrize("law", LAWS, ids=repr)
@pytest.mark.parametrize(("bidders", "poisson"), [(1, False), (3, False), (0.4, True), (3, True)])
@pytest.mark.parametrize("reserve", [0.0, 0.7])
def test_expected_revenue_agrees_with_draws(law, bidders, poisson, reserve):
    rng, auctions = np.random.default_rng(1), 100_000
    number = rng.poisson(bidders, auctions) if poisson else np.full(auctions, bidders)
    rows = int(number.max()) + 2
    values = np.where(np.arange(rows)[:, None] < number, law.quantile(rng.random((rows, auctions))), -1.0)
    values.sort(axis=0)
    price = np.where(values[-1] >= reserve, np.maximum(values[-2], reserve), 0.0)
    price[values[-1] < 0] = 0.0
    found, error = price.mean(), price.std() / np.sqrt(auctions)
    demand = Demand(law, bidders, poisson)
    assert demand.revenue(reserve) == pytest.approx(found, abs=4.5 * error + 1e-9)
    assert demand.no_sale(reserve) == pytest.approx(((values[-1] < reserve) | (values[-1] < 0)).mean(), abs=0.01)


def test_a_seller_who_relists_is_worth_what_its_recursion_says():
    demand = Demand(Lognormal(), 2.0, poisson=True)
    reserve, value = optimal_relisting(demand, discount=0.95, cost=0.01)
    unsold = 0.95 * value - 0.01
    assert demand.value_of_listing(reserve, unsold) == pytest.approx(value, abs=1e-9)
    assert reserve == pytest.approx(optimal_reserve(Lognormal(), unsold))


def test_search_balances_cost_and_expected_gain():
    law = Lognormal()
    reserve = optimal_search(law, offers=3.0, rate=0.1, cost=0.02)
    assert 3.0 * expected_excess(law, reserve) == pytest.approx(0.1 * reserve + 0.02)
    assert optimal_search(Uniform(), offers=1.0, rate=0.5, cost=2.0) < 0, "dear waiting: take anything, even pay for it"


def test_waiting_for_ever_at_no_cost_has_no_answer():
    with pytest.raises(ValueError, match="above 0"):
        optimal_search(Uniform(), offers=1.0, rate=0.0, cost=0.0)
    with pytest.raises(ValueError, match="relisting needs"):
        optimal_relisting(Demand(Uniform(), 2), discount=1.0, cost=0.0)
