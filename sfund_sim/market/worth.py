"""What units of a fund are worth to those who might buy them: NAV, a signal of the truth, a required return."""

from __future__ import annotations

import numpy as np

from sfund_sim.ground.streams import further, normal_of
from sfund_sim.market.buyers import LEAST_IRR
from sfund_sim.market.lookers import Looker
from sfund_sim.market.market import Market
from sfund_sim.market.sheet import Shares
from sfund_sim.market.world import Floats, Ints
from sfund_sim.terms import Purpose
from sfund_sim.venue.settlement import SettlementTerms


def partners_as_lookers(market: Market, partners: Ints) -> Looker:
    """Partners who look at shares of their own funds: they know these better."""
    signal_log_sd = np.full(partners.size, market.scenario.population.co_partners.signal_log_sd)
    rates, prior_log_sd = rates_of_partners(market, partners), market.scenario.expectations.mark_bias_log_sd
    return Looker.of(market.lps.keys(partners), signal_log_sd, rates, prior_log_sd)


def rates_of_partners(market: Market, partners: Ints) -> Floats:
    """Returns that partners ask of shares of their own funds, a year."""
    spec, keys = market.scenario.population.co_partners, market.lps.keys(partners)
    rates = spec.required_irr + spec.required_irr_sd * market.streams.normal(Purpose.BUYER_TRAITS, keys)
    return np.maximum(rates, LEAST_IRR)


def yuan_to(market: Market, investor: int, settlement: SettlementTerms, extra_return: float) -> float:
    """What a yuan of the price, paid as is settled, is worth to one who buys; buyers may ask an extra return a year."""
    if settlement.first_share == 1.0:
        return 1.0
    if investor < market.first_buyer:
        rate = rates_of_partners(market, np.array([investor]))[0]
    else:
        rate = market.buyers.required_irr[investor - market.first_buyer] + extra_return
    return float(settlement.worth_now(rate))


def worth(market: Market, shares: Shares, lookers: Looker) -> Floats:
    """What shares are worth to the lookers at their sides, fen [pairs].

    The present value at its required return of what it expects. A signal is about true NAV; the prior corrects
    published marks for the bias that buyers know (model.md section 4). A signal moves the prior by its weight
    (``pricing.trust``), and what is expected is the mean of the lognormal that comes of it. IPO window and forced sales
    are those of today, whatever rules bind the listing: they are a state of the market and no rule of a venue.
    """
    rules, expectations = market.rules(), market.scenario.expectations
    closure = rules.ipo_window.closure()
    prior = -((1 - closure) * expectations.mark_bias_open + closure * expectations.mark_bias_shut)
    signal = shares.surprise + lookers.signal_log_sd * normal_of(further(shares.signals, lookers.key))
    expected = np.exp(prior + lookers.trust * (signal - prior) + lookers.spread)
    of_nav, of_unfunded = market.outlooks(rules).expected.read(shares.cell, lookers.low, lookers.beyond)
    return np.maximum(of_nav * (shares.nav * expected) + of_unfunded * shares.unfunded, 0.0)
