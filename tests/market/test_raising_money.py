"""New money of buyers: state buyers at the state's pace, others at the market's, and more for whoever did well."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from worlds import small_pilot

from sfund_sim.market import simulate as living
from sfund_sim.terms import BuyerKind

QUARTERS = 16
STATE_PACE, MARKET_PACE = "fundraising__state_pace", "fundraising__market_pace"


def everybody(**traits):
    """Leaves that give buyers of all kinds these traits."""
    kinds = small_pilot().population.buyers
    return {f"population__buyers__{kind}__{name}": value for kind in kinds for name, value in traits.items()}


def raised(monkeypatch, *, response: float, look: Callable[..., None] = lambda *_: None, **leaves):
    """New money of each buyer over a run, fen, and who of them is the state's; ``look`` comes before each raising."""
    raise_money, markets, amounts = living.raise_money, [], []

    def watched(market, quarter):
        markets.append(market)
        look(market, quarter, raise_money)
        before = market.buyers.raised.copy()
        raise_money(market, quarter)
        amounts.append(market.buyers.raised - before)

    monkeypatch.setattr(living, "raise_money", watched)
    one_rule = {"policy": [], "venues__beijing__open": True}
    living.simulate(small_pilot(**everybody(raising_rate=0.1, raising_response=response), **one_rule, **leaves), 1, 5)
    assert len(amounts) == QUARTERS
    of_state = markets[0].buyers.kind == int(BuyerKind.STATE_S_FUND)
    assert 0 < of_state.sum() < of_state.size
    return np.sum(amounts, axis=0), of_state


@pytest.mark.parametrize("pace", [STATE_PACE, MARKET_PACE])
def test_a_pace_of_nothing_stops_the_raising_of_its_own_buyers_and_of_no_others(pace, monkeypatch):
    new, of_state = raised(monkeypatch, response=0.5, **{pace: 0.0})
    bound = of_state == (pace == STATE_PACE)
    assert (new[bound] == 0).all()
    assert (new[~bound] > 0).all()


@pytest.mark.parametrize("pace", [STATE_PACE, MARKET_PACE])
def test_at_twice_the_pace_its_own_buyers_raise_twice_as_much_where_results_do_not_count(pace, monkeypatch):
    usual, of_state = raised(monkeypatch, response=0.0)
    twice, _ = raised(monkeypatch, response=0.0, **{pace: 2.0})
    bound = of_state == (pace == STATE_PACE)
    assert np.abs(twice - 2 * usual)[bound].max() <= QUARTERS  # Whole fen each quarter.
    assert (twice == usual)[~bound].all()


def test_better_results_raise_more_and_whoever_bought_nothing_raises_as_if_they_did_not_count(monkeypatch):
    """Before each raising it is tried what it would bring with other results: funds worth nothing, or twice as much."""
    seen = np.zeros(2, np.int64)

    def look(market, quarter, raise_money):
        buyers, accounts, nav = market.buyers, market.accounts, market.funds.nav_published.copy()
        cash, outside, before = accounts.cash.copy(), accounts.outside, buyers.raised.copy()

        def trial(factor, response=0.5):
            market.funds.nav_published[:], buyers.raising_response[:] = factor * nav, response
            raise_money(market, quarter)
            new = buyers.raised - before
            accounts.cash[:], accounts.outside, buyers.raised[:] = cash, outside, before
            market.funds.nav_published[:], buyers.raising_response[:] = nav, 0.5
            return new

        worse, usual, better, deaf = trial(0.0), trial(1.0), trial(2.0), trial(1.0, response=0.0)
        at_work, owns = deaf > 0, np.zeros(len(buyers), bool)
        bought = buyers.holdings[nav[market.holdings.fund[buyers.holdings]] > 0]
        owns[market.holdings.owner[bought] - market.first_buyer] = True
        assert (worse < usual)[at_work & owns].all()
        assert (usual < better)[at_work & owns].all()
        assert (trial(1000.0) > deaf)[at_work & owns].all()
        never = buyers.purchases == 0
        assert (usual == deaf)[never].all()
        seen[:] += (at_work & owns).sum(), (at_work & never).sum()

    raised(monkeypatch, response=0.5, look=look)
    assert seen.min() > 20
