"""Which partners are asked whether they want the share themselves, and who is one at all."""

from __future__ import annotations

from dataclasses import replace

from lone_seller import selling

from sfund_sim.market.deeds import conclude_exit
from sfund_sim.market.partners import is_partner, partners_of
from sfund_sim.terms import Ending


def test_asked_are_the_lps_of_the_fund_but_for_the_seller_and_those_who_sell_and_each_once():
    """Of 13 holdings one is the seller's, one a buyer's, one of an LP that sells the other of its two shares."""
    market, exit = selling()
    owner, first = market.holdings.owner, market.holdings.index.where(exit.fund).start
    owner[first : first + 13] = [4, exit.lp, market.first_buyer + 2, 7, 7, 9, 9, 20, 21, 22, 23, 24, 25]
    market.holdings.on_sale[first + 3] = True
    assert partners_of(market, exit) == [4, 9, 20, 21, 22, 23, 24, 25]
    assert all(is_partner(market, exit.fund, each) for each in (4, exit.lp, market.first_buyer + 2, 7))
    assert not is_partner(market, exit.fund, market.first_buyer)


def test_whoever_gives_up_selling_is_asked_again_by_the_others():
    market, exit = selling()
    other = partners_of(market, exit)[0]
    asks = replace(exit, number=1, lp=other)
    assert exit.lp not in partners_of(market, asks)
    conclude_exit(market, exit, Ending.LAPSED)
    assert exit.lp in partners_of(market, asks)
