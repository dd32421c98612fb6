"""Who is shown an offer, who is ready in time, what it is worth to each of them, and what they bid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.money import FEN_PER_YUAN, YUAN_PER_UNIT
from sfund_sim.investors.bidding import BidView
from sfund_sim.investors.pricing import Belief, after_signal
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.world import Flags, Floats, Ints
from sfund_sim.scenario.rules import RuleBook, Suitability, Venue
from sfund_sim.terms import GpKind, Purpose
from sfund_sim.venue.settlement import Fees


@dataclass(frozen=True)
class Invited:
    """The outcome of directed disclosure; buyer numbers."""

    shown: Ints
    """Who saw the offer."""
    engaged: Ints
    """Who of them took it up."""
    ready_after: Ints
    """Working days after which each engaged buyer is ready to bid [engaged]."""


def qualified(market: Market, rules: Suitability, units: int) -> Flags:
    """Which buyers may buy so many units at the venue today: founded, institutions where asked, wealthy enough.

    Nobody may when the commitment that goes with the units is below the least amount a fund (P-BJ11).
    """
    buyers = market.buyers
    if units * YUAN_PER_UNIT < rules.ticket_cny:
        return np.zeros(len(buyers), bool)
    wealthy = (buyers.net_assets >= rules.net_assets_cny * FEN_PER_YUAN) & (
        buyers.financial_assets >= rules.financial_assets_cny * FEN_PER_YUAN
    )
    return (buyers.founded <= market.today) & wealthy & (buyers.institution | (not rules.institutions_only))


def wants(market: Market, exit: Exit) -> Flags:
    """Whose mandate the holding fits: strategy, age, kind of GP, size."""
    buyers, funds, fund = market.buyers, market.funds, exit.fund
    age = market.today - int(funds.vintage[fund])
    state_gp = int(funds.gp[fund]) == GpKind.STATE
    nav = market.nav_of(fund, exit.units)
    fits_size = (nav >= buyers.ticket_min) & (nav <= 2.0 * buyers.ticket_max)
    fits_age = (age >= buyers.age_min) & (age <= buyers.age_max)
    fits_gp = np.full(len(buyers), True) if state_gp else ~buyers.state_gp_only
    return buyers.wants_strategy[:, int(funds.strategy[fund])] & fits_age & fits_gp & fits_size


def invite(market: Market, exit: Exit, venue: Venue, floor: float) -> Invited:
    """Directed disclosure: choose among the qualified, and see who takes it up and how soon each can bid."""
    buyers, streams = market.buyers, market.streams
    eligible, fits, cash = qualified(market, venue.suitability, exit.units), wants(market, exit), market.free_cash()
    ask = max(floor, 1.0)
    fit = fits * (1.0 + np.maximum(cash, 0.0) / (np.maximum(cash, 0.0) + ask))
    draws = streams.uniform(Purpose.INVITATION, exit.key, exit.listings, buyers.key)
    chosen = venue.disclosure.chooser().choose(eligible, fit, buyers.purchases.astype(np.float64), draws)
    if np.any(chosen & ~eligible):
        raise AssertionError("an offer was shown to a buyer who is not qualified")
    keen = streams.uniform(Purpose.ENGAGEMENT, exit.key, exit.listings, buyers.key) < buyers.engagement
    engaged = chosen & fits & keen & (buyers.busy < buyers.slots) & (cash >= buyers.ticket_min)
    who = np.flatnonzero(engaged)
    spread = streams.normal(Purpose.READINESS, exit.key, exit.listings, buyers.key[who])
    days = np.ceil(buyers.readiness_days[who] * np.exp(buyers.readiness_log_sd[who] * spread))
    return Invited(np.flatnonzero(chosen), who, np.maximum(days, 1).astype(np.int64))


def values(
    market: Market, exit: Exit, who: Ints, rules: RuleBook, extra_return: float = 0.0, noise: float = 1.0
) -> Floats:
    """What the units are worth to each of these buyers, fen [who]: the PV of what it expects, by its own signal.

    The signal of a buyer about a holding is drawn once and stays the same in every round. A signal is about true NAV;
    the prior corrects published marks for the bias that buyers know (model.md section 4).
    """
    buyers, funds, fund = market.buyers, market.funds, exit.fund
    posterior = _belief(market, exit, rules).after(market, exit, buyers.signal_log_sd[who] * noise, buyers.key[who])
    of_nav, of_unfunded = market.outlooks(rules).factors(
        int(funds.strategy[fund]), market.remaining_quarters(fund), market.is_investing(fund),
        buyers.required_irr[who] + extra_return,
    )  # fmt: skip
    nav = market.nav_of(fund, exit.units) * posterior.expected()
    unfunded = float(market.unfunded_of(exit))
    return np.maximum(of_nav * nav + of_unfunded * unfunded, 0.0)


@dataclass(frozen=True)
class _Prior:
    """What buyers believe before they look, and the truth that signals are about; logs over published NAV."""

    belief: Belief
    truth: float

    def after(self, market: Market, exit: Exit, signal_log_sd: Floats, keys: NDArray[np.uint64]) -> Belief:
        """The belief after each buyer's own signal."""
        noise = market.streams.normal(Purpose.SIGNAL, exit.key, keys)
        return after_signal(self.belief, self.truth + signal_log_sd * noise, signal_log_sd)


def _belief(market: Market, exit: Exit, rules: RuleBook) -> _Prior:
    expectations, closure = market.scenario.expectations, rules.ipo_window.closure()
    bias = (1 - closure) * expectations.mark_bias_open + closure * expectations.mark_bias_shut
    published = max(float(market.funds.nav_published[exit.fund]), 1e-9)
    truth = float(np.log(max(float(market.funds.nav_true[exit.fund]), 1e-9) / published))
    return _Prior(Belief(-bias, expectations.mark_bias_log_sd), truth)


def limits(market: Market, exit: Exit, who: Ints, fees: Fees) -> Floats:
    """Most that each may pay, fen [who]: cash less fee and unfunded, ticket, concentration, cost cap."""
    buyers = market.buyers
    unfunded = float(market.unfunded_of(exit))
    left = market.free_cash()[who] - unfunded
    cash = np.minimum(left / (1 + fees.buyer_share), left - fees.least_fen)
    concentration = buyers.concentration_share[who] * buyers.raised[who] - unfunded
    paid_in = float(market.funds.paid_in[exit.fund]) * exit.units
    cap = np.where(np.isfinite(buyers.cost_cap[who]), buyers.cost_cap[who] * paid_in, np.inf)
    ticket = buyers.ticket_max[who].astype(np.float64)
    return np.minimum(np.minimum(cash, concentration), np.minimum(ticket, cap))


def co_partner_value(market: Market, exit: Exit, partners: Ints, rules: RuleBook, noise: float = 1.0) -> Floats:
    """What the units are worth to partners of the same fund, fen [partners]: they know the fund better."""
    spec, funds, fund = market.scenario.population.co_partners, market.funds, exit.fund
    keys = market.lps.keys(partners)
    sd = np.full(partners.size, spec.signal_log_sd * noise)
    posterior = _belief(market, exit, rules).after(market, exit, sd, keys)
    rates = spec.required_irr + spec.required_irr_sd * market.streams.normal(Purpose.BUYER_TRAITS, keys)
    of_nav, of_unfunded = market.outlooks(rules).factors(
        int(funds.strategy[fund]), market.remaining_quarters(fund), market.is_investing(fund), np.maximum(rates, 0.005)
    )
    nav = market.nav_of(fund, exit.units) * posterior.expected()
    return np.maximum(of_nav * nav + of_unfunded * float(market.unfunded_of(exit)), 0.0)


def bids(market: Market, exit: Exit, venue: Venue, who: Ints, worth: Floats, floor: float) -> Floats:
    """Bids of the ready buyers, fen [who]; each by its own strategy, within its limits."""
    buyers = market.buyers
    most = limits(market, exit, who, venue.fees)
    amounts = np.full(who.size, np.nan)
    for number in sorted(set(buyers.bidding[who].tolist())):
        same = buyers.bidding[who] == number
        view = BidView(
            pricing=venue.auction.pricing,
            floor=floor,
            rivals=float(max(who.size - 1, 0)),
            budget=most[same],
            scale=max(market.nav_of(exit.fund, exit.units), 1.0),
            error=buyers.signal_log_sd[who][same] * venue.disclosure.data_room_noise,
        )
        amounts[same] = market.bidding[number].bids(worth[same], view)
    return np.where(amounts > 0, np.floor(amounts), np.nan)


def partners_of(market: Market, exit: Exit) -> Ints:
    """The other LPs in the fund, in the order of their numbers."""
    owners = market.partners_in(exit.fund)
    return np.asarray(owners[(owners < len(market.lps)) & (owners != exit.lp)], np.int64)
