"""What sellers expect of their ways out, reckoned once more by hand, one seller at a time."""

import math
from collections import Counter
from datetime import date

import numpy as np
import pytest
from worlds import changed, shipped, small_pilot

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.diary import HeapDiary
from sfund_sim.market import reviews
from sfund_sim.market.gains import Sellers, _next_floors, expected_bargain, gain_at_venue, gain_by_agreement
from sfund_sim.market.sheet import Reckoning
from sfund_sim.market.simulate import build_market, simulate
from sfund_sim.scenario.rules import Venue
from sfund_sim.terms import LpKind

NAV, UNFUNDED, HOLD, RESERVATION, APPRAISED, RATE = 5.0e9, 1.5e9, 2.5e9, 2.8e9, 4.5e9, 0.14
CONSENT, GP_DAYS = 0.9, 10
LEAVES = {"venues__beijing__open": True, "venues__beijing__state_funds_from_open": True,
          "venues__beijing__private_floor": "reservation", "venues__beijing__fees__seller_share": 0.01,
          "state_assets__regime": "full", "state_assets__agreement": "at_venue",
          "state_assets__agreement_needs_appraised_value": True}  # fmt: skip


@pytest.fixture(scope="module")
def market():
    return build_market(changed(shipped("beijing_pilot"), policy=[], **LEAVES), 1, 1, HeapDiary())[0]


def sellers(
    *,
    failures=(0,),
    bound=False,
    anew=False,
    knows=True,
    nav=NAV,
    venue=0,
    rounds=0,
    in_custody=False,
    ready=False,
    charter=float(MISSING),
    gp_days=GP_DAYS,
):
    size = len(failures)
    by_row = [np.full(size, fen) for fen in (nav, 4.0e9, NAV, HOLD, RESERVATION, RESERVATION, charter)]
    flags = [np.full(size, flag) for flag in (bound, anew, bound, False)]
    base = APPRAISED if bound else nav
    return Sellers(
        Reckoning(*by_row), np.full(size, UNFUNDED), np.zeros(size, bool), np.full(size, base), np.full(size, RATE),
        *flags, np.full(size, rounds), np.array(failures), *(np.full(size, one) for one in (in_custody, knows, ready)),
        np.full(size, CONSENT), np.full(size, gp_days), np.full(size, venue), np.zeros(size, int),
    )  # fmt: skip


def best_bid(floor, median, below, above):
    """Chance that the best bid reaches a floor and its mean if it does, summed over a fine grid of bids."""
    z = np.linspace(-9.0, 9.0, 400_001)
    weight, bid = (
        np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi) * (z[1] - z[0]),
        median * np.exp(np.where(z < 0, below, above) * z),
    )
    reached = bid >= floor
    return weight[reached].sum(), (weight * bid)[reached].sum() / weight[reached].sum()


def best_price(floor, cost_of_a_yuan, bound, law):
    """Chance that somebody can pay a floor, and the mean price that it then can pay: its law is of all it takes on."""
    exposure = (APPRAISED if bound else NAV) + UNFUNDED
    chance, mean = best_bid((floor * cost_of_a_yuan + UNFUNDED) / exposure, *law)
    return chance, (mean * exposure - UNFUNDED) / cost_of_a_yuan


def leaks(market, venue):
    """Expected cost of leaks, where the GP consents to a disclosure at all."""
    rule = venue.disclosure
    qualified = market.mandates.qualified(venue.suitability, market.today).sum()
    kept = (1.0 - rule.leak_probability) ** min(rule.invited, qualified)
    return CONSENT * (1.0 - kept) * rule.leak_cost_share * NAV


def worth_later(days, rules, anew):
    """A yuan in so many days, an appraisal before them where there must be one."""
    return (1 + RATE) ** (-(days + anew * 1.4 * rules.state_assets.appraisal_days) / 365.25)


def days_at(venue, rules, in_custody):
    """From filing to cash; a share that is listed again is in custody already."""
    stages = venue.intent_days + venue.publication_days + venue.account_days + venue.disclosure.days
    stages += rules.partnership.gp_consent_days + venue.bidding_days + venue.signing_days
    stages += venue.settlement.first_working_days + (0 if in_custody else venue.custody_days)
    return 1.4 * stages + rules.partnership.preemption.notice_days


def appraisal_costs(rules, anew):
    return anew * (100.0 * rules.state_assets.appraisal_cost_cny + rules.state_assets.appraisal_cost_share * NAV)


@pytest.mark.parametrize("in_custody", [False, True])
@pytest.mark.parametrize("anew", [False, True])
@pytest.mark.parametrize(
    ("regime", "bound", "rounds"),
    [("full", False, 0), ("full", True, 0), ("full", True, 1), ("full", True, 5), ("appraisal", True, 1)],
)
def test_each_failure_lowers_what_a_seller_expects_of_the_venue(market, regime, bound, rounds, anew, in_custody):
    """A seller that must appraise, but has no floor of its own, lists like a private one."""
    anew, rules, expected = anew and bound, market.rules(), market.scenario.expectations
    rules = rules.model_copy(update={"state_assets": rules.state_assets.model_copy(update={"regime": regime})})
    venue = rules.venues["beijing"]
    floor = max(1 - 0.05 * rounds, 0.9) * APPRAISED if bound and regime == "full" else RESERVATION / 0.99
    costs = 100.0 * venue.seller_cost_cny + appraisal_costs(rules, anew) + leaks(market, venue)
    law = expected.venue_bid_to_exposure, expected.venue_bid_log_sd, expected.venue_bid_log_sd_above
    chance, best = best_price(floor, 1.0 + venue.fees.buyer_share, bound, law)
    part = expected.venue_rival * expected.venue_next_bid + (1 - expected.venue_rival) * venue.sole_bidder_share
    price = floor + part * (best - floor)
    default = venue.payment_failure_probability
    surplus = (1.0 - default) * (price * 0.99 - RESERVATION) + default * venue.deposit_share * floor
    surplus *= CONSENT * worth_later(days_at(venue, rules, in_custody), rules, anew)
    assert expected.failure_learning < 1
    by_hand = [chance * expected.venue_interest * expected.failure_learning**n * surplus - costs for n in range(4)]
    those = sellers(failures=range(4), bound=bound, anew=anew, rounds=rounds, in_custody=in_custody)
    gains = gain_at_venue(market, rules, those)
    assert gains == pytest.approx(by_hand, rel=1e-4)
    assert (np.diff(gains) < 0).all()


def test_sellers_expect_the_price_that_the_rules_make_of_the_bids(market):
    """Whoever pays its own bid pays more than the next one; what a sole bidder must pay above the floor counts too."""
    rules, gains = market.rules(), []
    for auction, share in (("second_price", 0.0), ("ascending", 0.0), ("ascending", 0.5), ("first_price", 0.5)):
        venue = rules.venues["beijing"].model_dump() | {"auction": {"kind": auction}, "sole_bidder_share": share}
        changed_rules = rules.model_copy(update={"venues": {"beijing": Venue.model_validate(venue)}})
        gains.append(float(gain_at_venue(market, changed_rules, sellers())[0]))
    assert gains[0] == gains[1] < gains[2] < gains[3]
    split = [rules.agreement.model_copy(update={"seller_bargaining_share": share}) for share in (0.0, 0.35, 0.9)]
    by_talks = [
        float(gain_by_agreement(market, rules.model_copy(update={"agreement": one}), sellers())[0]) for one in split
    ]
    assert by_talks[0] == -100.0 * rules.agreement.cost_cny  # Whoever gains nothing by a bargain pays for the talks.
    assert by_talks == sorted(set(by_talks))


@pytest.mark.parametrize(("bound", "anew"), [(False, False), (True, False), (True, True)])
def test_talks_are_worth_the_bargain_with_whomever_one_may_meet_later_on(market, bound, anew):
    """The price splits what the share is worth to the other side above what the seller asks; the appraised value bars
    prices below it, and those who would not pay it.
    """
    rules, expected = market.rules(), market.scenario.expectations
    terms, floor = rules.agreement, APPRAISED if bound else RESERVATION
    law = expected.agreement_value_to_exposure, expected.agreement_value_log_sd, expected.agreement_value_log_sd_above
    venue = rules.venues["beijing"]
    chance, most = best_price(floor, 1.0 + bound * venue.fees.buyer_share, bound, law)
    chance *= expected.agreement_interest * CONSENT
    closing = venue.signing_days + venue.settlement.first_working_days if bound else 5
    working = terms.negotiation_days + rules.partnership.gp_consent_days + closing
    days = 1.4 * working + rules.partnership.preemption.notice_days
    kept = 0.99 if bound else 1.0
    asked = RESERVATION / kept
    price = max(floor, asked + terms.seller_bargaining_share * (most - asked))
    surplus = price * kept - RESERVATION
    by_hand = chance * surplus * worth_later(days, rules, anew) - 100.0 * terms.cost_cny - appraisal_costs(rules, anew)
    found = gain_by_agreement(market, rules, sellers(bound=bound, anew=anew))
    assert found == pytest.approx([by_hand], rel=1e-4)


def test_who_has_somebody_ready_reckons_with_the_appraised_value_and_the_gp_alone(market):
    rules = market.rules()
    venue = rules.venues["beijing"]
    working = rules.agreement.negotiation_days + rules.partnership.gp_consent_days
    working += venue.signing_days + venue.settlement.first_working_days
    later = worth_later(1.4 * working + rules.partnership.preemption.notice_days, rules, False)
    by_hand = CONSENT * (0.99 * APPRAISED - RESERVATION) * later - 100.0 * rules.agreement.cost_cny
    found = gain_by_agreement(market, rules, sellers(bound=True, ready=True))
    assert found == pytest.approx([by_hand], rel=1e-4)
    assert found > gain_by_agreement(market, rules, sellers(bound=True))


def test_who_leaves_at_its_charter_s_price_expects_that_floor_by_bidding_and_by_talks(market):
    """As one whose appraisal said as much in its first round, but that bids and others' worth are over NAV still."""
    rules, charter = market.rules(), 1.05 * APPRAISED
    those = sellers(bound=True, rounds=3, charter=charter)
    assert _next_floors(rules, rules.venues["beijing"], those, np.array([0])) == pytest.approx([charter])
    chance, price = expected_bargain(market, rules, rules.venues["beijing"], those, np.array([0]))
    without = sellers(bound=True, rounds=3)
    other_chance, _ = expected_bargain(market, rules, rules.venues["beijing"], without, np.array([0]))
    assert price[0] >= charter
    assert chance[0] < other_chance[0]
    assert gain_at_venue(market, rules, those) < gain_at_venue(market, rules, without)
    ready = sellers(bound=True, ready=True, charter=charter)
    assert expected_bargain(market, rules, rules.venues["beijing"], ready, np.array([0]))[1] == pytest.approx([charter])


def test_who_need_not_ask_the_gp_waits_less(market):
    rules = market.rules()
    asked, free = sellers(), sellers(gp_days=0)
    assert gain_at_venue(market, rules, free) > gain_at_venue(market, rules, asked)
    assert gain_by_agreement(market, rules, free) > gain_by_agreement(market, rules, asked)


@pytest.mark.parametrize(
    ("leaves", "talks", "listing"),
    [({"knows": False}, False, True), ({"venue": -1}, True, False), ({"venue": -1, "bound": True}, False, False),
     ({"nav": 0.0}, False, False), ({}, True, True)],
)  # fmt: skip
def test_nothing_is_expected_of_a_way_that_is_barred(market, leaves, talks, listing):
    rules, those = market.rules(), sellers(**leaves)
    assert np.isfinite(gain_by_agreement(market, rules, those)).tolist() == [talks]
    assert np.isfinite(gain_at_venue(market, rules, those)).tolist() == [listing]


def test_an_appraisal_counts_while_it_holds_and_is_made_anew_afterwards(monkeypatch):
    """Validity is looked at on the day of the review, not on the day on which the review is prepared."""
    found, kinds = reviews.sellers_of, Counter()

    def watched(market, rules, exits, days):
        sellers = found(market, rules, exits, days)
        for place, (exit, day) in enumerate(zip(exits, days, strict=True)):
            made, nav = exit.appraisal != MISSING, 100.0 * float(market.funds.nav_published[exit.fund]) * exit.units
            holds = made and day - exit.appraised_on <= rules.state_assets.appraisal_validity_days
            assert sellers.must_appraise[place] == (exit.is_state and not holds)
            assert sellers.appraised[place] == pytest.approx(exit.appraisal if holds else nav)
            assert sellers.rounds[place] == (0 if exit.is_state and not holds else exit.rounds_on_appraisal)
            kinds["holds" if holds else "over" if made else "none", bool(exit.rounds_on_appraisal)] += 1
        return sellers

    monkeypatch.setattr(reviews, "sellers_of", watched)
    for replication in range(5):
        simulate(small_pilot(state_assets__appraisal_validity_days=240), 1, replication)
    assert min(kinds["none", False], kinds["holds", True], kinds["over", True]) > 2, kinds


def test_a_regime_that_begins_while_an_exit_is_under_way_binds_its_next_rounds():
    """From the change on no round of a state seller is filed without an appraisal that holds."""
    begins = {"name": "full_regime", "on": "2022-03-01", "because": "a change of law", "applies_to": "new_listings",
              "set": {"state_assets.regime": "full"}}  # fmt: skip
    world = small_pilot(funds=60, haste=12.0, state_assets__regime="none")
    world = changed(world, policy=[*world.canonical()["policy"], begins])
    start = (date(2022, 3, 1) - world.horizon.start).days
    custody = 40  # Who was in custody on that day had been told the day's rules; nobody is longer.
    bound, before = 0, 0
    for replication in range(3):
        journal = simulate(world, 1, replication)
        for listing in journal.listings:
            exit = journal.exits[listing.exit]
            if not LpKind(exit.lp_kind).is_state:
                assert listing.appraisal == MISSING
            elif listing.filed >= start + custody:
                assert listing.appraisal != MISSING
                bound += exit.decided < start
            before += listing.filed < start
    assert bound > 2 < before


def gain(market, **leaves):
    """What a private seller expects of the venue if its rules have these leaves, named with two underscores a dot."""
    tree = market.rules().venues["beijing"].model_dump()
    for path, value in leaves.items():
        *part, leaf = path.split("__")
        (tree[part[0]] if part else tree)[leaf] = value
    rules = market.rules().model_copy(update={"venues": {"beijing": Venue.model_validate(tree)}})
    return float(gain_at_venue(market, rules, sellers())[0])


def test_fees_of_either_side_and_winners_who_do_not_pay_make_a_seller_expect_less(market):
    """A least fee too, though the seller's floor rises with it; a deposit comforts whoever is let down."""
    usual = gain(market)
    for name, value in (("fees__least_fen", 500_000_000), ("fees__seller_share", 0.05), ("fees__buyer_share", 0.05)):
        assert gain(market, **{name: value}) < usual, name
    let_down = gain(market, payment_failure_probability=0.4, deposit_share=0.0)
    assert let_down < min(usual, gain(market, payment_failure_probability=0.4, deposit_share=0.3))


def test_buyers_are_expected_to_pay_more_where_a_part_is_due_later(market):
    """What the wait costs the seller its buyers make good, as far as both count time alike."""
    usual, in_parts = gain(market), gain(market, settlement__first_share=0.3)
    assert in_parts == pytest.approx(usual, rel=0.25)


def test_a_gp_that_seldom_consents_makes_both_ways_worth_less(market):
    rules, those = market.rules(), sellers()
    doubtful = those._replace(consent=np.full(1, 0.3))
    for reckon in (gain_at_venue, gain_by_agreement):
        assert reckon(market, rules, doubtful)[0] < reckon(market, rules, those)[0]


def test_a_share_with_much_to_be_paid_in_yet_is_expected_to_fetch_less_of_its_nav(market):
    rules, usual = market.rules(), sellers()
    for unfunded in (2.0 * UNFUNDED, 6.0 * UNFUNDED):
        more = sellers()._replace(unfunded=np.full(1, unfunded))
        for reckon in (gain_at_venue, gain_by_agreement):
            assert reckon(market, rules, more)[0] < reckon(market, rules, usual)[0]
        usual = more


def test_where_money_waits_for_the_register_on_paper_a_sale_is_worth_less(market):
    on_ledger, on_paper = (
        gain(market, ledger=ledger, paper_registration_days=200) for ledger in ("distributed", "paper")
    )
    assert on_paper < on_ledger


def test_leaks_that_are_likely_and_dear_keep_sellers_away(market):
    usual = gain(market)
    dear = [gain(market, disclosure__leak_cost_share=0.1, disclosure__leak_probability=each) for each in (0.002, 0.02)]
    assert usual > dear[0] > dear[1]
    assert gain(market, disclosure__leak_probability=0.0) > usual
    few = {"disclosure__leak_cost_share": 0.1, "disclosure__invited": 1}
    assert dear[0] < gain(market, **few)
