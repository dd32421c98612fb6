"""What sellers hope for is noted as they reckon with it, and noting it changes nothing."""

import math
from collections import defaultdict

import numpy as np
import pytest
from worlds import small_pilot

from sfund_sim.ground.columns import MISSING
from sfund_sim.market import gains
from sfund_sim.market.simulate import tabulate, with_hopes
from sfund_sim.terms import Ending

SEED = 3


@pytest.fixture(scope="module")
def told():
    journal, hopes = with_hopes(small_pilot(), 1, SEED)
    return journal.arrays(), hopes.arrays()


def test_a_market_whose_sellers_hopes_are_noted_goes_the_same_way(told):
    plain = tabulate(small_pilot(), 1, SEED).arrays()
    for name, table in told[0].items():
        for column, values in table.items():
            np.testing.assert_array_equal(values, plain[name][column], f"{name}.{column}")


def test_every_round_of_a_share_with_a_value_is_noted_once(told):
    tables, hopes = told
    with_value = np.flatnonzero(tables["listings"]["nav"] > 0)
    np.testing.assert_array_equal(np.sort(hopes["rounds"]["listing"]), with_value)
    assert with_value.size > 30


def test_nobody_hopes_for_a_price_below_its_floor_or_for_more_than_certainty(told):
    tables, hopes = told
    rounds = hopes["rounds"]
    assert (rounds["price"] >= tables["listings"]["floor"][rounds["listing"].astype(int)]).all()
    for table in hopes.values():
        assert (table["chance"] >= 0).all()
        assert (table["chance"] <= 1).all()
        assert table["chance"].max() > 0.2


def test_bargains_that_are_noted_as_agreed_are_the_agreements_signed(told):
    tables, hopes = told
    exits = tables["exits"]
    signed = (exits["ending"] == Ending.SOLD_BY_AGREEMENT).sum()
    agreed = hopes["talks"]["agreed"].sum()
    assert signed <= agreed  # Of some who agreed a partner took the share, or nothing came of it by the last day.
    assert agreed - signed <= ((exits["signed"] != MISSING) & (exits["ending"] != Ending.SOLD_BY_AGREEMENT)).sum()
    assert signed > 3


def test_what_is_noted_of_a_round_is_what_sellers_choose_the_venue_by(monkeypatch):
    """A round that is filed on the day of the review has the floor, the chance and the price that the review had."""
    reckoned, found = defaultdict(list), gains.expected_sale

    def watched(market, venue, sellers, some, floor):
        chance, price = found(market, venue, sellers, some, floor)
        for each, *told in zip(floor.tolist(), chance.tolist(), price.tolist(), strict=True):
            reckoned[math.ceil(each)].append(told)
        return chance, price

    monkeypatch.setattr(gains, "expected_sale", watched)
    journal, hopes = with_hopes(small_pilot(), 1, SEED)
    listings, noted = journal.arrays()["listings"], hopes.arrays()["rounds"]
    paid = 1.0 - small_pilot().venues["beijing"].payment_failure_probability
    known = 0
    for number, chance, price in zip(noted["listing"].astype(int), noted["chance"], noted["price"], strict=True):
        floor = int(listings["floor"][number])
        candidates = reckoned[floor] if floor > 0 else []
        known += bool(candidates)
        told = [[believed * paid, likely] for believed, likely in candidates]
        assert not told or np.isclose(told, [chance, price], rtol=1e-6).all(axis=1).any()
    assert known > 10
