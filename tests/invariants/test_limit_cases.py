"""At the edges the answer is known: nobody invited, nobody to buy, no consent, no time to look, no chance at all."""

from __future__ import annotations

import pytest
from worlds import digest, small_pilot

from sfund_sim.market.simulate import simulate
from sfund_sim.terms import Ending, ListingEnding

AT_VENUE = {Ending.SOLD_TO_SOLE_BIDDER, Ending.SOLD_BY_BIDDING}
NO_TALKS = {"agreement__known_counterparty_probability": 0.0}
NO_ONE = {
    f"population__buyers__{kind}__count": 0
    for kind in ("market_s_fund", "state_s_fund", "fund_of_funds", "insurer", "company")
}


def endings(**leaves):
    journal = simulate(small_pilot(**leaves), 1, 2)
    assert len(journal.exits) > 20
    return {row.ending for row in journal.exits}, journal


def test_the_plain_market_sells_in_every_way():
    found, _ = endings()
    assert found >= AT_VENUE | {Ending.SOLD_BY_AGREEMENT}


def test_nobody_invited_means_no_sale_at_the_venue():
    found, journal = endings(venues__beijing__disclosure__invited=0, **NO_TALKS)
    assert not any(Ending(ending).is_sale for ending in found)
    assert len(journal.listings) > 0
    assert len(journal.bids) == 0


def test_without_buyers_only_partners_buy():
    found, journal = endings(**NO_ONE)
    assert not found & AT_VENUE
    assert all(row.buyer < len(journal.kinds["lps"]) for row in journal.exits)


def test_a_window_of_no_length_brings_no_bid():
    window = {"days": 0, "rule": "all_eligible"}
    leaves = {f"venues__beijing__disclosure__{name}": value for name, value in window.items()}
    found, journal = endings(venues__beijing__extensions=0, **leaves)
    assert not found & AT_VENUE
    assert len(journal.listings) > 0
    assert len(journal.bids) == 0


@pytest.mark.parametrize("gp", ["state", "private"])
def test_where_a_kind_of_manager_never_consents_nobody_lists_and_where_it_seldom_does_most_are_refused(gp):
    numbers = []
    for chance in (0.0, 0.2):
        _, journal = endings(**{f"partnership__{gp}_gp_consent_probability": chance})
        of_gp = {row.fund for row in journal.funds if row.gp_kind == ["state", "private"].index(gp)}
        listed = [row.ending for row in journal.listings if journal.exits[row.exit].fund in of_gp]
        numbers.append((len(listed), listed.count(ListingEnding.CONSENT_REFUSED)))
    assert numbers[0] == (0, 0)
    assert numbers[1][1] > 0.5 * numbers[1][0] > 1


def test_certain_consent_is_never_refused():
    _, journal = endings(partnership__state_gp_consent_probability=1.0, partnership__private_gp_consent_probability=1.0)
    assert ListingEnding.CONSENT_REFUSED not in {row.ending for row in journal.listings}


def test_a_venue_that_never_opens_is_never_used():
    leaves = {"policy_dropped": ["csrc_approval"], "venues__beijing__open": False}
    _, journal = endings(**leaves)
    assert len(journal.listings) == 0


def test_a_cap_of_two_lets_only_funds_of_two_partners_trade():
    _, journal = endings(partnership__partner_cap=2)
    sold_in = {row.fund for row in journal.exits if Ending(row.ending).is_sale}
    partners = {row.fund: row.partners for row in journal.funds}
    assert all(partners[fund] <= 2 for fund in sold_in)
    assert len(journal.listings) > 20


def test_sellers_who_never_want_out_leave_an_empty_market():
    journal = simulate(small_pilot(haste=0.0), 1, 2)
    assert (len(journal.exits), len(journal.listings), len(journal.bids)) == (0, 0, 0)


def test_certain_default_sells_nothing_to_a_bidder():
    found, journal = endings(
        venues__beijing__payment_failure_probability=1.0,
        partnership__preemption__applies=False,
        **NO_TALKS,
    )
    assert not any(Ending(ending).is_sale for ending in found)
    assert ListingEnding.PAYMENT_FAILED in {row.ending for row in journal.listings}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_or_replication_others():
    scenario = small_pilot(funds=10)
    first = digest(simulate(scenario, 1, 1))
    assert digest(simulate(scenario, 1, 1)) == first
    assert len({first, digest(simulate(scenario, 2, 1)), digest(simulate(scenario, 1, 2))}) == 3
