"""What buyers may buy and want to buy, made ready once for looking up: none of it changes while the market lives."""

from __future__ import annotations

import bisect

import numpy as np

from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.market.buyers import Buyers
from sfund_sim.market.world import Flags, Floats, Funds, Ints
from sfund_sim.scenario.rules import Disclosure, Suitability
from sfund_sim.terms import GpKind
from sfund_sim.venue.disclosure import DisclosureRule

NAV_OVER_TICKET = 2.0
"""Shares with up to so many times a buyer's largest ticket of NAV suit it: they may be sold below NAV (assumption)."""


class Mandates:
    """Whom a fund suits and who qualifies; rules are known by identity, for they live as long as the timeline."""

    def __init__(self, funds: Funds, buyers: Buyers) -> None:
        self._buyers = buyers
        wants = buyers.wants_strategy.T
        self._suits = np.concatenate([wants & ~buyers.state_gp_only, wants])
        """Whom funds of private GPs suit, and of state ones, by strategy; [2 x strategies, buyers]"""
        self._kind = funds.strategy + len(wants) * (funds.gp == GpKind.STATE)
        """Row of each fund there."""
        self._least = np.array([buyers.age_min, buyers.ticket_min], np.float64)[:, None]
        self._most = np.array([buyers.age_max, NAV_OVER_TICKET * buyers.ticket_max])[:, None]
        self._foundings = sorted(buyers.founded.tolist())
        self._qualified: dict[tuple[int, int], Flags] = {}
        """By rules, and by how many are founded."""
        self._choosers: dict[int, DisclosureRule] = {}

    def suits(self, fund: Ints, age: Ints, nav: Floats) -> Flags:
        """Whose mandate shares fit: strategy, kind of GP, age of the fund in days, NAV in fen; [shares, buyers]."""
        size = np.array([age, nav])[..., None]
        old_enough, big_enough = size >= self._least
        young_enough, small_enough = size <= self._most
        return np.asarray(self._suits[self._kind[fund]] & old_enough & young_enough & big_enough & small_enough)

    def qualified(self, rules: Suitability, day: int) -> Flags:
        """Who may buy on a day: founded by then, institutions where asked, and wealthy enough; [buyers]."""
        case = id(rules), bisect.bisect_right(self._foundings, day)
        known = self._qualified.get(case)
        if known is None:
            buyers = self._buyers
            known = (buyers.net_assets >= rules.net_assets_cny * FEN_PER_YUAN) & (
                buyers.financial_assets >= rules.financial_assets_cny * FEN_PER_YUAN
            )
            known &= buyers.institution | (not rules.institutions_only)
            self._qualified[case] = known = known & (buyers.founded <= day)
        return known

    def chooser(self, rules: Disclosure) -> DisclosureRule:
        """How a venue chooses the invited."""
        known = self._choosers.get(id(rules))
        if known is None:
            known = self._choosers[id(rules)] = rules.chooser()
        return known
