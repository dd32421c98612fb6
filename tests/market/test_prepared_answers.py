"""What was prepared counts only while it still holds: each answer is the one that would be worked out now, alone."""

from collections import Counter

import numpy as np
import pytest
from worlds import changed, small_pilot

from sfund_sim.market import bidding_day, closing, dockets, exchange, notices, talks
from sfund_sim.market.bookings import Booking
from sfund_sim.market.notices import Notice
from sfund_sim.market.partners import within_cap
from sfund_sim.market.simulate import simulate

BUYERS = ("market_s_fund", "state_s_fund", "fund_of_funds", "insurer", "company")
SCARCE = {"count": 3, "mean_capital_cny": 1.0e8, "ticket_max_cny": 1.0e8, "concentration_share": 1.0,
          "due_diligence_slots": 50, "engagement_probability": 1.0, "founded_years": {2018: 1.0}}  # fmt: skip
LONG_TALKS_AMONG_PARTNERS = {"partnership__gp_consent_days": 60, "population__co_partners__counterparty_share": 0.9}


@pytest.fixture(scope="module", params=[50, 10], ids=["room for partners", "hardly room"])
def scarce(request):
    """A market in which a few buyers look at everything, and what limits them is their cash."""
    leaves = {f"population__buyers__{kind}__{name}": value for kind in BUYERS for name, value in SCARCE.items()}
    return small_pilot(funds=40, population__wish_scale=8.0, partnership__partner_cap=request.param, **leaves)


def test_every_bidding_ends_as_if_worked_out_at_that_moment_alone(scarce, monkeypatch):
    seen, held = Counter(), exchange.hold_bidding

    def watched(market, listing, ready):
        if ready:
            prepared = market.dockets.bookings.answer(market.today, listing.number)
            used = bidding_day._result(market, listing, ready)
            seen["barred"] += used is None or len(used.ready) < len(ready)
            if used is None:
                return held(market, listing, ready)
            alone = bidding_day.brief_results(market, [Booking(listing, used.ready)], [market.today])[0]
            assert used._replace(cash=alone.cash, most=alone.most) == alone
            assert within_cap(market, listing.exit, np.array(used.ready), listing.rules).all()
            assert all(
                bid <= bidding_day.limit(market, listing.exit, buyer, listing.venue.fees)
                for buyer, bid in zip(used.ready, used.bids, strict=True)
            )
            seen["moved" if prepared.bids != used.bids else "kept"] += 1
        return held(market, listing, ready)

    monkeypatch.setattr(exchange, "hold_bidding", watched)
    simulate(scarce, 1, 1)
    assert seen["moved"] > 20
    assert seen["kept"] > 20
    assert (seen["barred"] > 0) == (scarce.partnership.partner_cap < 50)


def test_partners_answer_as_they_would_at_that_moment_alone(scarce, monkeypatch):
    seen, answered = Counter(), closing.answer_now

    def watched(market, notice: Notice):
        prepared = market.dockets.notices.answer(market.today, notice.exit.number)
        used, alone = answered(market, notice), notices._of_group(market, [notice])[0]
        assert used == alone
        seen["moved" if prepared.moves != used.moves else "kept"] += 1
        seen["others"] += prepared[:3] != used[:3]
        return used

    monkeypatch.setattr(closing, "answer_now", watched)
    simulate(scarce, 1, 1)
    assert min(seen["moved"], seen["kept"], seen["others"]) > 2


def test_sellers_meet_whom_they_would_meet_at_that_moment_alone(scarce, monkeypatch):
    seen, told = Counter(), dockets.counterparties

    def watched(market, ended, meetings):
        sides = told(market, ended, meetings)
        for talk, meeting in zip(ended, meetings, strict=True):
            side, now = sides[talk.exit.number], talks.brief_talks(market, [talk], [market.today])[0]
            # Where the GP has refused today nobody asks any more, and the seller's next talks have other draws.
            if talk.exit.number in market.selling and now.pick == meeting.pick:
                assert side == now.expected
                seen["as expected" if side == meeting.expected else "others"] += 1
        return sides

    monkeypatch.setattr(dockets, "counterparties", watched)
    simulate(changed(scarce, **LONG_TALKS_AMONG_PARTNERS), 1, 1)
    assert min(seen["as expected"], seen["others"]) > 2
