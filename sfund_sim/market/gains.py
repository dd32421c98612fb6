"""What sellers expect to gain over holding on by each way out: chance of a sale, price, costs and wait, in columns.

Of bids and of what shares are worth to those they talk to, sellers have a law for each (``Expectations``): of what a
buyer pays and takes over in all, the unfunded commitment included, over the exposure: NAV, or the appraised value where
there is one, and unfunded commitment. A share with much unfunded commitment is so expected to fetch less of its NAV,
as it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sfund_sim.ground.calendar import CALENDAR_DAYS, DAYS_A_YEAR
from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.investors.pricing import expected_best_bid
from sfund_sim.market.market import Market
from sfund_sim.market.route import floor_rule
from sfund_sim.market.sheet import Reckoning
from sfund_sim.market.world import Flags, Floats, Ints
from sfund_sim.scenario.model import Expectations
from sfund_sim.scenario.rules import RuleBook, Venue
from sfund_sim.scenario.state_assets import StateAssets
from sfund_sim.venue.settlement import IN_ONE_SUM, NO_FEES, Fees, SettlementTerms


class Sellers(NamedTuple):
    """Sellers under the same rules, as columns [sellers]; money in fen."""

    reckoned: Reckoning
    unfunded: Floats
    """Commitment not yet called."""
    may_block: Flags
    """May the seller alone keep its fund from being extended?"""
    appraised: Floats
    """The appraisal that still holds; NAV stands for one that is still to be made, or that nobody needs."""
    rate: Floats
    """Discount rate, a year."""
    bound: Flags
    """Do rules on state assets bind the seller?"""
    must_appraise: Flags
    """Must it have the share appraised before it sells: it is bound, and neither a charter nor an appraisal serves?"""
    is_state: Flags
    approved: Flags
    """Does the approving body allow a lower floor on the appraisal that holds?"""
    rounds: Ints
    """Rounds without a good enough bid that count against the floor."""
    failures: Ints
    in_custody: Flags
    """Is the share with the venue already: does the seller review between two rounds there?"""
    knows: Flags
    """Does the seller know somebody to talk to, whom it has not talked to yet?"""
    prematched: Flags
    """Does somebody stand ready to take the share at its appraised value?"""
    consent: Floats
    """How likely the GP consents to a transfer, or need not be asked."""
    gp_days: Ints
    """Working days that the GP takes to answer."""
    venue: Ints
    """Where the fund's home venue is open to the seller, that venue or the first that deals alike; else -1."""
    home: Ints
    """The fund's home venue, whose members see its offers; else -1."""


class Law(NamedTuple):
    """What somebody pays and takes over in all, over the exposure: the split lognormal of ``expected_best_bid``."""

    median: float
    below: float
    above: float

    @classmethod
    def of(cls, expected: Expectations, what: str) -> Law:
        """That of ``venue_bid`` or of ``agreement_value``."""
        parts = ("to_exposure", "log_sd", "log_sd_above")
        return cls(*(getattr(expected, f"{what}_{part}") for part in parts))


def gain_by_agreement(market: Market, rules: RuleBook, sellers: Sellers) -> Floats:
    """Expected gain of each over holding on, fen; minus infinity where it is barred or nobody is known."""
    gain, terms = np.full(sellers.rate.size, -np.inf), rules.agreement
    for venue, some in _closing_of_talks(market, rules, sellers):
        fees, settlement = _closing(venue)
        chance, price = expected_bargain(market, rules, venue, sellers, some)
        working = sellers.gp_days[some] + (terms.negotiation_days + _days_to_pay(venue))
        days = np.asarray(working * CALENDAR_DAYS + rules.partnership.preemption.notice_days, np.float64)
        anew = _needs_appraised_value(rules, sellers, some) & sellers.must_appraise[some]
        rate, least = sellers.rate[some], sellers.reckoned.by_agreement[some]
        later = _later(rate, days, rules.state_assets, anew)
        costs = terms.cost_cny * FEN_PER_YUAN + _appraisal_costs(rules.state_assets, sellers.reckoned.nav[some], anew)
        kept = fees.leaves(price, settlement.worth_now(rate))
        gain[some] = sellers.consent[some] * chance * (kept - least) * later - costs
    return gain


def expected_bargain(
    market: Market, rules: RuleBook, venue: Venue | None, sellers: Sellers, some: Ints
) -> tuple[Floats, Floats]:
    """Expected of talks that close through a venue or none, the GP consenting: the chance of a bargain, its price, fen.

    Where somebody stands ready the price is the appraised value, and certain unless the seller asks for more.
    """
    expected, terms = market.scenario.expectations, rules.agreement
    fees, settlement = _closing(venue)
    now, ready, value = settlement.worth_now(sellers.rate[some]), sellers.prematched[some], _value_asked(sellers, some)
    asked = np.maximum(*fees.prices_leaving(sellers.reckoned.by_agreement[some], now))
    floor = np.where(_needs_appraised_value(rules, sellers, some), np.maximum(asked, value), asked)
    yuan = settlement.worth_now(market.typical_irr + terms.lone_buyer_irr)
    chance, most = payable(Law.of(expected, "agreement_value"), fees, yuan, sellers, some, floor)
    price = np.maximum(asked + terms.seller_bargaining_share * (most - asked), floor)
    return np.where(ready, asked <= value, chance * expected.agreement_interest), np.where(ready, value, price)


def gain_at_venue(market: Market, rules: RuleBook, sellers: Sellers) -> Floats:
    """Expected gain of each over holding on, fen; minus infinity where no venue is open to it."""
    gain = np.full(sellers.rate.size, -np.inf)
    able = (sellers.venue >= 0) & (sellers.reckoned.nav > 0)
    for number in set(sellers.venue[able].tolist()):
        some, venue = (able & (sellers.venue == number)).nonzero()[0], market.venue_rules(number, rules)
        nav, at_venue = sellers.reckoned.nav[some], sellers.reckoned.at_venue[some]
        floor, anew = _next_floors(rules, venue, sellers, some), sellers.must_appraise[some]
        chance, price = expected_sale(market, venue, sellers, some, floor)
        surplus = venue.fees.leaves(price, venue.settlement.worth_now(sellers.rate[some])) - at_venue
        default = venue.payment_failure_probability
        days = _venue_days(venue, rules, sellers.in_custody[some], sellers.gp_days[some])
        later = _later(sellers.rate[some], days, rules.state_assets, anew)
        costs = venue.seller_cost_cny * FEN_PER_YUAN + _appraisal_costs(rules.state_assets, nav, anew)
        if venue.disclosure.leak_probability:
            costs += sellers.consent[some] * _leak_shares(market, rules, sellers.home[some]) * nav
        gain[some] = chance * ((1.0 - default) * surplus + default * venue.deposit_share * floor) * later - costs
    return gain


def expected_sale(market: Market, venue: Venue, sellers: Sellers, some: Ints, floor: Floats) -> tuple[Floats, Floats]:
    """Expected of each one's next listing: the chance that the GP consents and a bid reaches the floor; the price, fen.

    Buyers bid less where they pay a fee, and more where a part of the price is due later.
    """
    expected = market.scenario.expectations
    yuan = venue.settlement.worth_now(market.typical_irr)
    reached, best = payable(Law.of(expected, "venue_bid"), venue.fees, yuan, sellers, some, floor)
    learned = expected.venue_interest * expected.failure_learning ** sellers.failures[some]
    return reached * learned * sellers.consent[some], floor + _part_of_gap(venue, expected) * (best - floor)


def payable(law: Law, fees: Fees, yuan: float, sellers: Sellers, some: Ints, floor: Floats) -> tuple[Floats, Floats]:
    """Chance that somebody can pay a floor, its own fee included, and the mean of what it then can pay, fen [some].

    ``yuan`` is what a yuan of the price, paid as the settlement says, is worth to it.
    """
    unfunded = sellers.unfunded[some]
    exposure, outlay = sellers.appraised[some] + unfunded, fees.outlay(floor, yuan)
    chance, mean = expected_best_bid((outlay + unfunded) / exposure, *law)
    most = np.minimum(*fees.prices_within(mean * exposure - unfunded, yuan))
    return chance, np.maximum(most, floor)  # Lower only where the chance is nil.


def _closing_of_talks(market: Market, rules: RuleBook, sellers: Sellers) -> Iterator[tuple[Venue | None, Ints]]:
    """The sellers who may talk to somebody, by the venue through which they would close.

    State sellers who may agree only at a venue close through the one that is open to them, others among themselves.
    """
    only_there = sellers.bound & (rules.state_assets.agreement == "at_venue")
    free = ~sellers.bound | (rules.state_assets.agreement != "refused")
    where = np.where(only_there, sellers.venue, len(market.venue_names))
    able = free & sellers.knows & (sellers.reckoned.nav > 0) & (where >= 0)
    for number in set(where[able].tolist()):
        venue = market.venue_rules(number, rules) if number < len(market.venue_names) else None
        yield venue, (able & (where == number)).nonzero()[0]


def _closing(venue: Venue | None) -> tuple[Fees, SettlementTerms]:
    """What it costs to close an agreement, and how it is paid: as the venue has it that it closes through, if any."""
    return (venue.fees, venue.settlement) if venue else (NO_FEES, IN_ONE_SUM)


def _needs_appraised_value(rules: RuleBook, sellers: Sellers, some: Ints) -> Flags:
    """Must an agreed price reach the appraised value [some]?"""
    return sellers.bound[some] & rules.state_assets.agreement_needs_appraised_value


def _value_asked(sellers: Sellers, some: Ints) -> Floats:
    """The price that rules name for state sellers: the charter's, else the appraised value, fen [some]."""
    charter = sellers.reckoned.charter[some]
    return np.where(charter == MISSING, sellers.appraised[some], charter)


def _days_to_pay(venue: Venue | None) -> int:
    """Working days from the bargain, or the hammer, to the first payment; on paper it waits for the register."""
    if venue is None:
        return IN_ONE_SUM.first_working_days
    registered = venue.registration_days() if venue.pays_on_title() else 0
    return venue.signing_days + venue.settlement.first_working_days + registered


def _venue_days(venue: Venue, rules: RuleBook, in_custody: Flags, gp_days: Ints) -> Floats:
    """Calendar days from filing to cash when nothing goes wrong [sellers]; custody is gone through once an attempt."""
    working = np.where(in_custody, 0.0, float(venue.custody_days))
    working += venue.intent_days + venue.publication_days + venue.account_days + venue.disclosure.days
    working += venue.bidding_days + gp_days + _days_to_pay(venue)
    return working * CALENDAR_DAYS + rules.partnership.preemption.notice_days


def _part_of_gap(venue: Venue, expected: Expectations) -> float:
    """Of what the best bid is above the floor, the part that the price is expected to take, as the rules have it."""
    contested = 1.0 if venue.auction.pricing == "first" else expected.venue_next_bid
    return expected.venue_rival * contested + (1.0 - expected.venue_rival) * venue.sole_bidder_share


def _leak_shares(market: Market, rules: RuleBook, homes: Ints) -> Floats:
    """What leaks of offers that are disclosed at their home venues are expected to cost, as shares of NAV [sellers]."""
    shares = np.empty(homes.size)
    for home in set(homes.tolist()):
        shares[homes == home] = _leak_share(market, rules, home)
    return shares


def _leak_share(market: Market, rules: RuleBook, home: int) -> float:
    """The same at one venue: it shows offers to those who qualify and are members, or of a linked venue."""
    venue, members = market.venue_rules(home, rules), market.memberships.who_sees(home, rules)
    rule, eligible = venue.disclosure, market.mandates.qualified(venue.suitability, market.today)
    eligible = eligible if members is None else eligible & members
    shown = rule.chooser().number_shown(int(eligible.sum()))
    return float(1.0 - (1.0 - rule.leak_probability) ** shown) * rule.leak_cost_share


def _next_floors(rules: RuleBook, venue: Venue, sellers: Sellers, some: Ints) -> Floats:
    """Floors of the next listing at a venue, fen [some]."""
    now = venue.settlement.worth_now(sellers.rate[some])
    least = np.maximum(*venue.fees.prices_leaving(sellers.reckoned.at_venue[some], now))
    told = sellers.rounds[some], sellers.appraised[some], least, sellers.approved[some]
    rule_for_state, rule_for_others = (floor_rule(rules, venue, is_state=is_state) for is_state in (True, False))
    of_state, of_others = rule_for_state.floors(*told), rule_for_others.floors(*told)
    floors = np.maximum(np.where(sellers.is_state[some], of_state, of_others), 0.0)
    charter = sellers.reckoned.charter[some]
    is_named = (charter != MISSING) & (rules.state_assets.regime == "full")
    return np.where(is_named, np.maximum(charter, least), floors)


def _later(rate: Floats, days: Floats | float, state: StateAssets, anew: Flags) -> Floats:
    """What a yuan in so many calendar days is worth today to sellers; an appraisal still to be made comes first."""
    return np.asarray((1 + rate) ** (-(days + anew * state.appraisal_days * CALENDAR_DAYS) / DAYS_A_YEAR))


def _appraisal_costs(state: StateAssets, nav: Floats, anew: Flags) -> Floats:
    """What the appraisal that is still to be made costs, fen."""
    return np.asarray(anew * (state.appraisal_cost_cny * FEN_PER_YUAN + state.appraisal_cost_share * nav))
