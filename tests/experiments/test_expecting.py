"""Expectations are set to what the market makes of them until both agree, from wherever they begin."""

import pytest

import sfund_sim as sf
from sfund_sim.experiments.expecting import SETTLED

SMALL = ["population.funds.count=120"]
REPLICATIONS = 4


def settled(*overrides, workers=1, **given):
    loaded = sf.load_scenario("beijing_pilot", [*SMALL, *overrides])
    return sf.settle_expectations(loaded, replications=REPLICATIONS, seed=2, workers=workers, **given)


@pytest.fixture(scope="module")
def found():
    return settled()


def test_in_the_end_nothing_found_is_far_from_what_is_believed(found):
    assert found.is_settled
    assert len(found.looks) > 1
    last = found.looks[-1]
    for name, one in last.made.items():
        assert abs(one.value - getattr(last.believed, name)) <= max(SETTLED, (one.high - one.low) / 8), name


def test_each_look_believes_what_the_one_before_has_found(found):
    for before, after in zip(found.looks, found.looks[1:], strict=False):
        for name, one in before.made.items():
            assert getattr(after.believed, name) == pytest.approx(one.value, abs=0.0005)
    assert found.looks[0].believed.bow == found.expectations.bow


def test_the_number_of_workers_changes_nothing(found):
    other = settled(workers=2)
    assert other.table.equals(found.table)
    assert other.expectations == found.expectations


def test_the_scenario_with_settled_expectations_is_settled_at_first_sight(found):
    again = settled(*found.overrides)
    assert len(again.looks) == 1
    assert again.is_settled
    assert again.expectations == found.expectations


def test_hopeful_and_gloomy_sellers_come_to_believe_much_the_same(found):
    for start in (0.45, 1.1):
        other = settled(
            f"expectations.venue_bid_to_exposure={start}", f"expectations.agreement_value_to_exposure={start}"
        )
        assert abs(other.looks[0].off["venue_bid_to_exposure"]) > 0.2
        for name in ("venue_bid_to_exposure", "venue_interest", "agreement_value_to_exposure"):
            one = found.looks[-1].made[name]
            assert getattr(other.expectations, name) == pytest.approx(one.value, abs=(one.high - one.low)), name


def test_who_only_looks_is_told_and_sets_nothing():
    looked = settled(rounds=0)
    assert len(looked.looks) == 1
    assert not looked.is_settled
    assert set(looked.table["look"]) == {0}
    assert looked.expectations == sf.load_scenario("beijing_pilot").scenario.expectations


def test_with_twice_the_money_sellers_come_to_expect_more(found):
    kinds = sf.load_scenario("beijing_pilot").scenario.population.buyers
    richer = settled(
        *(f"population.buyers.{kind}.mean_capital_cny={2 * mix.mean_capital_cny:g}" for kind, mix in kinds.items())
    )
    assert richer.expectations.venue_interest > found.expectations.venue_interest


def test_a_market_without_talks_says_nothing_of_them():
    looked = settled("agreement.known_counterparty_probability=0", rounds=1)
    assert "agreement_interest" not in looked.set_anew
    assert looked.expectations.agreement_interest == looked.looks[0].believed.agreement_interest
    assert "venue_interest" in looked.set_anew


@pytest.mark.parametrize(
    ("name", "given"),
    [*(("rounds", given) for given in (-1, 101, 1.5, float("nan"), True, "1")), ("replications", 1)],
)
def test_numbers_that_are_none_are_refused_before_anything_runs(name, given):
    loaded = sf.load_scenario("beijing_pilot", SMALL)
    with pytest.raises(sf.ScenarioError, match=f"{name}: {given} is not allowed; give a whole number from [02] to "):
        sf.settle_expectations(loaded, **{"workers": 1, "replications": 2, name: given})
