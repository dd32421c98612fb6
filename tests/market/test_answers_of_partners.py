"""What partners answer to a notice: the one with the lowest lot of those to whom the share is worth what it costs."""

from __future__ import annotations

import numpy as np
import pytest
from lone_seller import selling

from sfund_sim.ground.columns import MISSING
from sfund_sim.market import notices
from sfund_sim.market.notices import Notice
from sfund_sim.venue.settlement import IN_ONE_SUM, SettlementTerms


def answers(monkeypatch, worths, lots, *, price=100, fee=0, settlement=IN_ONE_SUM):
    """Taker, its worth and the most: partners 0, 1, ... look at one share, which is worth so much to each of them."""
    market, exit = selling()
    monkeypatch.setattr(notices, "worth", lambda *_: np.array(worths, float))
    monkeypatch.setattr(notices, "rates_of_partners", lambda _, partners: np.full(partners.size, 0.25))
    notice, partner = Notice(exit, market.rules(), price, fee, settlement), np.arange(len(worths))
    (taker,), (worth,), (most,) = notices._takers(market, [notice], 0 * partner, partner, np.array(lots))
    return taker, worth, most


@pytest.mark.parametrize(
    ("worths", "lots", "taker", "worth"),
    [
        ([150, 120, 90], [0.3, 0.2, 0.1], 1, 120),
        ([150, 120, 90], [0.1, 0.2, 0.3], 0, 150),
        ([99, 100, 99], [0.1, 0.2, 0.3], 1, 100),
        ([98, 99, 97], [0.1, 0.2, 0.3], MISSING, 0),
    ],
)
def test_of_those_who_would_pay_it_the_lowest_lot_takes_the_share_and_the_most_is_over_all(
    worths, lots, taker, worth, monkeypatch
):
    assert answers(monkeypatch, worths, lots) == (taker, worth, max(worths))


@pytest.mark.parametrize(("fee", "taker"), [(9, 0), (10, 0), (11, MISSING)])
def test_a_partner_pays_the_venues_fee_too(fee, taker, monkeypatch):
    assert answers(monkeypatch, [110], [0.5], fee=fee)[0] == taker


@pytest.mark.parametrize(("worth", "taker"), [(95, 0), (91, 0), (89, MISSING)])
def test_a_rest_that_is_due_later_costs_a_partner_less(worth, taker, monkeypatch):
    """At 25 % a year the half of 100 that is due in a year costs 50 / 1.25 = 40, so the share costs about 90."""
    parts = SettlementTerms(first_share=0.5, rest_days=365)
    assert answers(monkeypatch, [worth], [0.5], settlement=parts)[0] == taker
