"""Laws of bids and talks are found again in rounds and talks that were drawn by them."""

import numpy as np
import pandas as pd
import pytest

from sfund_sim.outcomes.expectations import chances, half_spread, laws, prices, rounds_of, talks_of

REPLICATIONS, EACH = 40, 200
MEDIAN, BELOW, ABOVE = 0.8, 0.4, 0.2
BELIEVED, LEARNING = 0.9, 0.7


@pytest.fixture(scope="module")
def drawn():
    """First rounds by the split lognormal law, of which each seller knows the chance; later ones learn by 0.7."""
    rng = np.random.default_rng(5)
    size = REPLICATIONS * EACH
    away = rng.standard_normal(size)
    best = MEDIAN * np.exp(np.where(away < 0, BELOW, ABOVE) * away)
    nobody = rng.random(size) < 0.25
    floor = rng.uniform(0.2, 1.0, size)
    chance = rng.uniform(0.1, 0.9, size)
    failures = rng.integers(0, 3, size)
    made = rng.random(size) < chance * LEARNING**failures
    following = np.where(rng.random(size) < 0.6, floor + 0.5 * (best - floor), np.nan)
    rounds = pd.DataFrame({
        "is_state": rng.random(size) < 0.2, "round": 1 + failures, "failures": failures,
        "chance": chance * BELIEVED**failures, "made": made, "floor": floor,
        "price_expected": floor + 0.1, "price_made": np.where(made, floor + 0.2, np.nan),
        "best": np.where(nobody, np.nan, best), "next": np.where(nobody | (best < floor), np.nan, following),
        "disclosed": True, "best_to_exposure": np.where(nobody, np.nan, best), "rep": np.repeat(np.arange(40), EACH),
    })  # fmt: skip
    nobody = rng.random(size) < 0.1
    talks = pd.DataFrame({
        "is_state": False, "chance": 0.4, "made": rng.random(size) < 0.5,
        "can_pay_to_exposure": np.where(nobody, np.nan, best), "rep": rounds["rep"],
    })  # fmt: skip
    return rounds, talks


def test_the_laws_that_rounds_and_talks_were_drawn_by_are_found_within_their_intervals(drawn):
    found = laws(*drawn, BELIEVED)
    true = {
        "venue_bid_to_exposure": MEDIAN, "venue_bid_log_sd": BELOW, "venue_bid_log_sd_above": ABOVE,
        "venue_interest": 0.75, "venue_rival": 0.6, "venue_next_bid": 0.5, "failure_learning": LEARNING,
        "agreement_value_to_exposure": MEDIAN, "agreement_value_log_sd": BELOW, "agreement_value_log_sd_above": ABOVE,
        "agreement_interest": 0.9,
    }  # fmt: skip
    assert list(found) == list(true)
    for name, value in true.items():
        one = found[name]
        reach = one.high - one.low
        assert one.low - reach / 2 <= value <= one.high + reach / 2, name
        assert reach < 0.08, name
        assert one.value == pytest.approx(value, abs=0.03), name


def test_expected_and_made_chances_are_told_apart_by_sellers_rounds_and_floors(drawn):
    rows = {(row.is_state, row.what, row.low): row for row in chances(*drawn)}
    rounds, talks = drawn
    first = rounds[(rounds["round"] == 1) & ~rounds["is_state"]]
    assert rows[False, "floor", 0.5].expected.value == first[first["floor"].between(0.5, 0.6)]["chance"].mean()
    talked = next(row for row in chances(rounds, talks) if row.what == "talks")
    assert talked.expected.value == pytest.approx(0.4)
    assert talked.made.low < 0.5 < talked.made.high
    assert not any(row.is_state and row.what == "talks" for row in chances(rounds, talks))
    assert {row.what for row in rows.values()} == {"round_1", "round_2", "later_rounds", "floor", "talks"}


def test_prices_are_those_of_first_rounds_that_sold(drawn):
    rounds, _ = drawn
    for row in prices(rounds):
        assert row.made.value - row.expected.value == pytest.approx(0.1)


def test_one_replication_has_numbers_and_no_intervals(drawn):
    one = [table[table["rep"] == 0] for table in drawn]
    for found in laws(*one, BELIEVED).values():
        assert np.isfinite(found.value)
        assert np.isnan(found.low)


def test_nothing_is_found_in_nothing(drawn):
    rounds, talks = (table.iloc[:0] for table in drawn)
    assert all(np.isnan(found.value) for found in laws(rounds, talks, BELIEVED).values())
    assert chances(rounds, talks) == []
    assert prices(rounds) == []


def test_a_spread_is_that_of_its_own_half():
    assert half_spread(np.array([0.5, 1.0, 1.0, 1.0, 4.0]), -1) == pytest.approx(np.log(2))
    assert half_spread(np.array([0.5, 1.0, 1.0, 1.0, 4.0]), 1) == pytest.approx(np.log(4))
    assert np.isnan(half_spread(np.ones(3), 1))


def test_rounds_are_put_together_from_what_was_hoped_listings_and_bids():
    missing = np.iinfo(np.int64).min
    listings = {
        "exit": np.arange(3), "round": np.array([1, 2, 1]), "floor": np.array([50, 60, 70]),
        "price": np.array([80, missing, missing]), "ending": np.array([1, 2, 0]), "nav": np.array([100, 100, 100]),
        "disclosed": np.array([5, 6, 7]), "best_bid": np.array([80, 40, missing]),
        "runner_up": np.array([70, missing, missing]),
    }  # fmt: skip
    hopes = {name: np.array(values, float) for name, values in {
        "listing": [0, 1, 2], "is_state": [0, 1, 0], "failures": [0, 1, 0], "unfunded": [100, 0, 0],
        "exposure": [200, 125, 100],
        "chance": [0.5, 0.4, 0.3], "price": [60, 65, 70], "outlay": [84, 42, 0],
    }.items()}  # fmt: skip
    found = rounds_of(hopes, listings)
    assert found["made"].tolist() == [True, False]  # the third is not over
    assert found["best"].tolist() == [0.8, 0.4]
    assert found["next"].tolist()[0] == 0.7
    assert found["best_to_exposure"].tolist() == [0.92, 0.336]  # with fee and unfunded, over what was appraised
    assert found["price_made"].tolist()[0] == 0.8
    assert found["price_expected"].tolist() == [0.6, 0.65]


def test_who_could_pay_nothing_was_nobody():
    found = talks_of({
        "is_state": np.array([0.0, 1.0]), "chance": np.array([0.5, 0.1]), "exposure": np.array([200.0, 100.0]),
        "can_pay": np.array([150.0, 0.0]), "agreed": np.array([1.0, 0.0]),
    })  # fmt: skip
    np.testing.assert_array_equal(found["can_pay_to_exposure"], [0.75, np.nan])
    assert found["made"].tolist() == [True, False]
