"""What sellers hope for is noted as they reckon with it, and noting it changes nothing."""

import math
from collections import defaultdict
from types import SimpleNamespace

import numpy as np
import pytest
from worlds import small_pilot

from sfund_sim.ground.columns import MISSING
from sfund_sim.market import agreement, gains, hopes
from sfund_sim.market.simulate import tabulate, with_hopes
from sfund_sim.outcomes.expectations import rounds_of, talks_of
from sfund_sim.terms import Ending, ListingEnding
from sfund_sim.venue.settlement import IN_ONE_SUM, NO_FEES

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


VENUE = "venues__beijing__"
FEES_OR_PARTS = [
    {VENUE + "settlement__first_share": 0.3},
    {VENUE + "fees__buyer_share": 0.08},
    {VENUE + "fees__least_fen": 50_000_000},
]


def compared(monkeypatch, reckon, *told):
    """What sellers hold against their law while they reckon."""
    found = []
    with monkeypatch.context() as watch:
        watch.setattr(gains, "expected_best_bid", lambda ratio, *law: found.append(ratio[0]) or (ratio, ratio))
        reckon(*told)
    return found.pop()


@pytest.mark.parametrize("leaves", FEES_OR_PARTS, ids=lambda leaves: next(iter(leaves)))
def test_what_is_measured_of_bids_is_what_sellers_hold_a_floor_as_high_against(monkeypatch, leaves):
    """Where a fee is due or a part is paid later the price alone is not what their law is of."""
    scenario, filed, reckon = small_pilot(**leaves), [], gains.expected_sale

    def watched(market, venue, sellers, some, floor):
        filed.append((SimpleNamespace(scenario=scenario, typical_irr=market.typical_irr), venue, sellers, some))
        return reckon(market, venue, sellers, some, floor)

    monkeypatch.setattr(hopes, "expected_sale", watched)
    journal, noted = with_hopes(scenario, 1, SEED)
    listings, rounds = journal.arrays()["listings"], noted.arrays()["rounds"]
    number, measured = rounds["listing"].astype(int), rounds_of(rounds, listings)["best_to_exposure"]
    is_over = listings["ending"][number] != ListingEnding.OPEN
    told = [each for each, over in zip(filed, is_over, strict=True) if over]
    held = [
        (value, compared(monkeypatch, reckon, *each, np.array([float(best)])), best, each[2])
        for value, each, best in zip(measured, told, listings["best_bid"][number[is_over]], strict=True)
        if best > 0
    ]
    assert len(held) == np.isfinite(measured).sum() > 15
    for value, ratio, best, sellers in held:
        assert value == pytest.approx(ratio, rel=1e-9)
        exposure = (sellers.appraised + sellers.unfunded)[0]
        assert (best + sellers.unfunded[0]) / exposure != pytest.approx(ratio, rel=1e-4)


@pytest.mark.parametrize("leaves", FEES_OR_PARTS[:2], ids=lambda leaves: next(iter(leaves)))
def test_what_is_measured_of_talks_is_what_sellers_hold_the_most_that_is_payable_against(monkeypatch, leaves):
    """Those of state sellers close at the venue, at its fees and as it settles."""
    known = {"agreement__known_counterparty_probability": 1.0, "state_assets__agreement_needs_appraised_value": False}
    scenario, payable, held, at_venue = small_pilot(haste=12.0, **leaves, **known), [], [], []
    split, reckon = agreement.nash_price, gains.expected_bargain

    def watched_split(*told, most, **rest):
        payable.append(most)
        return split(*told, most=most, **rest)

    def watched(market, rules, venue, sellers, some):
        fees, settlement = (venue.fees, venue.settlement) if venue else (NO_FEES, IN_ONE_SUM)
        most = float(payable.pop()) if payable else 0.0
        payable.clear()
        yuan = settlement.worth_now(market.typical_irr + rules.agreement.lone_buyer_irr)
        told = gains.Law(1.0, 1.0, 1.0), fees, yuan, sellers, some, np.array([most])
        ratio = compared(monkeypatch, gains.payable, *told) if most > 0 else np.nan
        held.append((ratio, 2.0 / (sellers.appraised + sellers.unfunded)[0]))
        at_venue.append(venue is not None and most > 0)
        return reckon(market, rules, venue, sellers, some)

    monkeypatch.setattr(agreement, "nash_price", watched_split)
    monkeypatch.setattr(hopes, "expected_bargain", watched)
    measured = talks_of(with_hopes(scenario, 1, SEED)[1].arrays()["talks"])["can_pay_to_exposure"]
    assert len(measured) == len(held)
    for value, (ratio, two_fen) in zip(measured, held, strict=True):
        assert value == pytest.approx(ratio, rel=1e-9, abs=two_fen, nan_ok=True)
    assert np.isfinite(measured).sum() > 15
    assert sum(at_venue) > 4
