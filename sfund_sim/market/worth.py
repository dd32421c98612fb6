"""What units of a fund are worth to those who might buy them: NAV, a signal of the truth, a required return."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.investors.pricing import Belief, after_signal
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.world import FEN_PER_UNIT, Floats, Ints, Keys
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import Purpose


class Looker(NamedTuple):
    """Somebody who looks at a share, as columns [pairs of a share and a looker]."""

    key: Keys
    """Address of its signals: what it sees of a holding is drawn once and stays the same in every round."""
    signal_log_sd: Floats
    rate: Floats
    """Annual return that it asks."""

    def at(self, places: Ints) -> Looker:
        """Some of them."""
        return Looker(self.key[places], self.signal_log_sd[places], self.rate[places])


def buyers_as_lookers(market: Market, who: Ints, *, extra_return: float = 0.0, noise: float = 1.0) -> Looker:
    """Buyers who look at shares; ``noise`` is the data room's."""
    buyers = market.buyers
    return Looker(buyers.key[who], buyers.signal_log_sd[who] * noise, buyers.required_irr[who] + extra_return)


def partners_as_lookers(market: Market, partners: Ints) -> Looker:
    """Partners who look at shares of their own funds: they know these better."""
    spec, keys = market.scenario.population.co_partners, market.lps.keys(partners)
    rates = spec.required_irr + spec.required_irr_sd * market.streams.normal(Purpose.BUYER_TRAITS, keys)
    return Looker(keys, np.full(partners.size, spec.signal_log_sd), np.maximum(rates, 0.005))


def worth(market: Market, exits: list[Exit], lookers: Looker, rules: RuleBook) -> Floats:
    """What the units of each exit are worth to the looker at its side, fen [pairs].

    The present value at its required return of what it expects. A signal is about true NAV; the prior corrects
    published marks for the bias that buyers know (model.md section 4).
    """
    keys, signal_log_sd, rates = lookers
    funds, expectations, closure = market.funds, market.scenario.expectations, rules.ipo_window.closure()
    fund = np.array([exit.fund for exit in exits], np.int64)
    units = np.array([exit.units for exit in exits], np.int64)
    of_exit: Any = np.array([exit.key for exit in exits], np.uint64)
    bias = (1 - closure) * expectations.mark_bias_open + closure * expectations.mark_bias_shut
    published = np.maximum(funds.nav_published[fund], 1e-9)
    truth = np.log(np.maximum(funds.nav_true[fund], 1e-9) / published)
    signal = truth + signal_log_sd * market.streams.normal(Purpose.SIGNAL, of_exit, keys)
    posterior = after_signal(Belief(-bias, expectations.mark_bias_log_sd), signal, signal_log_sd)
    remaining = market.remaining_quarters(fund)
    of_nav, of_unfunded = market.outlooks(rules).expected.at(
        funds.strategy[fund], remaining, market.are_investing(fund), rates
    )
    nav = funds.nav_published[fund] * units * FEN_PER_YUAN * posterior.expected()
    unfunded = ((FEN_PER_UNIT - funds.paid_in[fund]) * units).astype(np.float64)
    return np.maximum(of_nav * nav + of_unfunded * unfunded, 0.0)
