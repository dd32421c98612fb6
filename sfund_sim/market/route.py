"""Which ways out are lawful for a selling LP, and the least it takes there, under today's rules."""

from __future__ import annotations

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.assessment import Assessment
from sfund_sim.market.charter import names_price
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.votes import blocks_extension
from sfund_sim.scenario.rules import RuleBook, Venue
from sfund_sim.venue.floors import FloorRule


def assess(market: Market, exit: Exit) -> Assessment:
    """Hold value and reservation prices of today."""
    rules = market.rules()
    reckoned = market.sheet.of(exit, blocks=blocks_extension(market, exit, rules))
    rate = market.rate_of[exit.lp_kind][exit.trigger]
    seen = Assessment(rules, *reckoned, rate, regime_of(exit, rules))
    if not exit.owes:
        return seen
    owed = exit.owed_on(market.today)  # The lender needs no more, and the owner is in default.
    return seen._replace(by_agreement=min(seen.by_agreement, owed), at_venue=min(seen.at_venue, owed))


def regime_of(exit: Exit, rules: RuleBook) -> str:
    """The state-asset regime that binds the seller under these rules: none, appraisal or full."""
    return rules.state_assets.regime if exit.is_state else "none"


def usable_venue(market: Market, exit: Exit, rules: RuleBook) -> Venue | None:
    """The fund's home venue, when it is open to this seller today."""
    number = market.funds.cells.venue[exit.fund]
    if number < 0:
        return None
    venue = market.venue_rules(number, rules)
    return venue if is_open_to(venue, is_state=exit.is_state) else None


def closing_venue(market: Market, exit: Exit, rules: RuleBook) -> Venue | None:
    """The venue through which an agreement closes: that of state sellers who may agree only there; others need none."""
    only_there = regime_of(exit, rules) != "none" and rules.state_assets.agreement == "at_venue"
    return usable_venue(market, exit, rules) if only_there else None


def may_agree(market: Market, exit: Exit, rules: RuleBook) -> bool:
    """May the seller sell by agreement today, as far as it is not a matter of price?"""
    regime, how = regime_of(exit, rules), rules.state_assets.agreement
    return regime == "none" or how == "free" or (how == "at_venue" and usable_venue(market, exit, rules) is not None)


def is_open_to(venue: Venue, *, is_state: bool) -> bool:
    """May state sellers, or others, list at a venue?"""
    return venue.open and (venue.state_funds_from_open or not is_state)


def needs_appraisal(market: Market, exit: Exit, rules: RuleBook) -> bool:
    """Must the share be appraised before it is listed? Not where the fund's charter names the price (P-210)."""
    return regime_of(exit, rules) != "none" and not names_price(market, exit, rules.state_assets)


def needs_appraised_value(market: Market, exit: Exit, rules: RuleBook) -> bool:
    """Must an agreed price reach the appraised value?"""
    return rules.state_assets.agreement_needs_appraised_value and needs_appraisal(market, exit, rules)


def least_agreed(exit: Exit, seen: Assessment) -> float:
    """What an agreed price must reach by the rules: what the charter names, else the appraised value; fen."""
    if seen.regime == "none" or not seen.rules.state_assets.agreement_needs_appraised_value:
        return 0.0
    return float(exit.appraisal) if seen.charter == MISSING else seen.charter


def least_price(seen: Assessment, venue: Venue) -> float:
    """The price at a venue that leaves the seller its reservation price, after its fee and the wait for a rest, fen."""
    return float(max(venue.fees.prices_leaving(seen.at_venue, venue.settlement.worth_now(seen.rate))))


def venue_floor(exit: Exit, seen: Assessment, venue: Venue, least: float) -> float:
    """Floor of the next listing round, by the rule that sets it; ``least`` is what the seller itself would take.

    A price that the charter names stands in the place of the appraised value, and no step leads below it.
    """
    if seen.charter != MISSING and seen.regime == "full":
        return max(seen.charter, least)
    rule = floor_rule(seen.rules, venue, is_state=exit.is_state)
    return max(rule.floor(exit.rounds_on_appraisal, _appraised(exit, seen), least, exit.approved), 0.0)


def _appraised(exit: Exit, seen: Assessment) -> float:
    """Appraised value, fen; NAV stands for one that was never made."""
    return seen.nav if exit.appraisal == MISSING else float(exit.appraisal)


def floor_rule(rules: RuleBook, venue: Venue, *, is_state: bool) -> FloorRule:
    """The rule that sets a seller's floor: that for state assets under the full regime, else the venue's."""
    return rules.state_assets.floor if is_state and rules.state_assets.regime == "full" else venue.private_floor
