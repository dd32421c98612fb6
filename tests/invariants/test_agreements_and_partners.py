"""What is paid outside auctions: agreements keep to reservation and appraisal, partners step in at the price found."""

from __future__ import annotations

from collections import defaultdict

import pytest
from worlds import small_pilot

from sfund_sim.market.simulate import simulate
from sfund_sim.terms import Ending, LpKind, RegisterEntry, Route


@pytest.fixture(scope="module", params=[1, 2])
def journal(request):
    """A market in which everybody knows somebody to talk to, and state sellers may, once they have an appraisal."""
    leaves = {
        "policy": [],
        "venues__beijing__open": True,
        "state_assets__regime": "appraisal",
        "state_assets__agreement": "free",
        "agreement__known_counterparty_probability": 0.8,
        "expectations__agreement_value_to_exposure": 1.5,  # They hope for much, and so try.
        "partnership__preemption_interest_probability": 0.3,
    }
    return simulate(small_pilot(haste=8.0, funds=60, **leaves), request.param, 5)


def test_no_agreement_is_below_the_seller_s_reservation_or_a_state_seller_s_appraisal(journal):
    agreed = [row for row in journal.exits if Ending(row.ending).is_sale and row.route == Route.AGREEMENT]
    of_state = [row for row in agreed if LpKind(row.lp_kind).is_state]
    assert len(of_state) > 3
    assert all(row.price >= row.appraisal > 0 for row in of_state)
    assert all(row.price >= row.reservation for row in agreed)


def test_whoever_gets_a_share_pays_what_was_awarded_and_a_partner_who_steps_in_no_less(journal):
    """Of the last award of a sale and of the one before it, if a partner took what somebody else was to have."""
    awards = defaultdict(list)
    for row in journal.register:
        if row.entry == RegisterEntry.AWARD:
            awards[row.deal].append(row)
    stepped_in = 0
    for number, exit in enumerate(journal.exits):
        if Ending(exit.ending).is_sale:
            last = awards[number][-1]
            assert (last.taker, last.fen) == (exit.buyer, exit.price)
        if exit.ending == Ending.SOLD_TO_PARTNER:
            stepped_in += 1
            found = awards[number][-2]
            assert (found.fen, found.day <= last.day, found.taker != exit.buyer) == (exit.price, True, True)
    assert stepped_in > 20
