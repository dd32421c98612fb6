"""Selling at the venue, stage by stage: custody, intent, publication, accounts, directed disclosure, bidding."""

from __future__ import annotations

import math
from collections.abc import Generator

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.diary import Turn, Wake
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.market.appraisal import appraise
from sfund_sim.market.approval import ask_for_lower_floor
from sfund_sim.market.assessment import Assessment
from sfund_sim.market.bidders import engage
from sfund_sim.market.bidding_day import Hammer, hold_bidding
from sfund_sim.market.board import stay_open
from sfund_sim.market.bookings import Booking
from sfund_sim.market.chances import CONSENT, LEAK, Lengths, lengths
from sfund_sim.market.closing import Terms, close_deal, see_through
from sfund_sim.market.consent import gp_consents, gp_days, leaves_freely
from sfund_sim.market.deeds import charge_seller, show
from sfund_sim.market.exits import Exit
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.openings import Keen
from sfund_sim.market.partners import would_exceed_cap
from sfund_sim.market.reviews import look_again
from sfund_sim.market.route import assess, floor_rule, least_price, needs_appraisal, usable_venue, venue_floor
from sfund_sim.scenario.rules import Venue
from sfund_sim.terms import ListingEnding, RegisterEntry, Remark, Route, Stage


def sell_at_venue(market: Market, exit: Exit, seen: Assessment) -> Generator[Wake, None, bool]:
    """Appraise if bound to, then list, and again while it is the best way out, as often as the venue's rules allow.

    Is anything else the best today, after the wait for another round? The seller then weighs its ways out at once.
    """
    market.remark(exit, Remark.CHOSE_VENUE)
    exit.route, exit.venue = int(Route.VENUE), market.funds.cells.venue[exit.fund]
    yield from _wait_for_resale_gap(market, exit, seen)
    rounds = 1 + market.venue_rules(exit.venue, market.rules()).relists
    for round in range(rounds):
        if needs_appraisal(market, exit, market.rules()):
            yield from appraise(market, exit)
        if not _may_list(market, exit):
            return False
        checked = market.today
        if round == 0:
            yield from _take_into_custody(market, exit, market.venue_rules(exit.venue, market.rules()))
        yield from ask_for_lower_floor(market, exit)
        if market.today > checked:  # Meanwhile the appraisal may have run out, a regime begun, or the venue closed.
            if needs_appraisal(market, exit, market.rules()):
                yield from appraise(market, exit)
            if not _may_list(market, exit):
                return False
        yield from _run_listing(market, exit, assess(market, exit))
        if exit.is_over or market.is_gone(exit) or round + 1 == rounds:
            return False
        again = market.after_working_days(market.venue_rules(exit.venue, market.rules()).relist_wait_days)
        market.dockets.reviews.enter(again.day, exit.number, exit)
        yield again
        if market.is_gone(exit):
            return False
        seen, route, *_ = look_again(market, exit)
        if route != Route.VENUE:
            return True
        exit.note_assessment(seen.nav, seen.cost, seen.hold_value, seen.true_value)
    return False


def _may_list(market: Market, exit: Exit) -> bool:
    """Is there a share to sell, and a venue that takes it today?"""
    return not market.is_gone(exit) and usable_venue(market, exit, market.rules()) is not None


def _wait_for_resale_gap(market: Market, exit: Exit, seen: Assessment) -> Generator[Wake, None, None]:
    """The same share may not be sold again at once (P-BJ11)."""
    bought = int(market.holdings.acquired[exit.holding])
    gap = market.venue_rules(exit.venue, seen.rules).resale_gap_days
    if bought != MISSING and (allowed := market.calendar.working_day_after(bought, gap)) > market.today:
        yield Wake(allowed, Turn.FILING)


def _take_into_custody(market: Market, exit: Exit, venue: Venue) -> Generator[Wake, None, None]:
    if exit.filed == MISSING:
        exit.filed = market.today
    yield _stage(
        market, exit, Stage.CUSTODY, market.delayed(exit, venue.custody_days, venue.delay_log_sd, Stage.CUSTODY)
    )
    market.note(RegisterEntry.CUSTODY, exit, taker=exit.lp)


def _stage(market: Market, exit: Exit, stage: Stage, days: int, since: int | None = None) -> Wake:
    """When a stage of so many working days that begins today, or on day ``since``, is over."""
    wake = market.after_working_days(days, since=since)
    market.spend_stage(exit, stage, wake.day, since)
    return wake


def _run_listing(market: Market, exit: Exit, seen: Assessment) -> Generator[Wake, None, None]:
    """One round: from the registered intent to the hammer, and to the cash if somebody buys."""
    venue = market.venue_rules(exit.venue, seen.rules)
    listing, stages = _file(market, exit, seen, venue), lengths(venue, market.draws_of_round(exit))
    ended = yield from _open_accounts(market, listing, stages)
    if ended is not None:
        return _end(market, listing, ended)
    engaged, ready, closed = yield from _disclose(market, listing, stages.bidding)
    yield _stage(market, exit, Stage.BIDDING, stages.bidding, closed)
    for buyer in engaged:
        market.buyers.cells.busy[buyer] -= 1
    if market.is_gone(exit):
        return _end(market, listing, ListingEnding.OVERTAKEN)
    _keep_to_rules(market, listing)
    hammer = hold_bidding(market, listing, ready)
    if hammer is None:
        return _end(market, listing, ListingEnding.NO_BID)
    listing.winner, listing.price, listing.runner_up = hammer.investor, hammer.price, hammer.runner_up
    deal = yield from close_deal(market, exit, listing.rules, _deal_terms(listing, hammer))
    if deal is None:
        return _end(market, listing, _why_nothing_came_of_it(market, listing, hammer.investor))
    if deal.investor != hammer.investor:
        listing.taker = deal.investor
    listing.efficient = int(exit.buyer_value >= max(hammer.most_valued, deal.most_valued))
    _end(market, listing, ListingEnding.SOLD)
    return (yield from see_through(market, exit, deal))


def _open_accounts(market: Market, listing: Listing, stages: Lengths) -> Generator[Wake, None, ListingEnding | None]:
    """Registered intent, the GP's consent, publication and accounts; why the offer is not opened to anybody, if so.

    The end of a stage is waited for only where something may then be otherwise than when the stage began.
    """
    exit, consent_days = listing.exit, gp_days(listing.exit, listing.rules.partnership)
    expected = market.after_working_days(stages.intent + consent_days + stages.publication + stages.accounts).day
    market.dockets.openings.enter(expected, listing.number, listing)
    intent = _stage(market, exit, Stage.INTENT, stages.intent)
    if not market.keeps_rules_until(intent.day):
        yield intent
        _keep_to_rules(market, listing)
    partnership = listing.rules.partnership
    answer = market.after_working_days(gp_days(exit, partnership), since=intent.day)
    if leaves_freely(exit, partnership):
        market.remark(exit, Remark.CONSENT_NOT_NEEDED)
    if not gp_consents(market, exit, partnership, market.draws_of_round(exit)[CONSENT]):
        yield answer
        market.remark(exit, Remark.CONSENT_REFUSED)
        return ListingEnding.CONSENT_REFUSED
    published = _stage(market, exit, Stage.PUBLISHED, stages.publication, answer.day)
    if market.is_gone(exit) or not market.keeps_funds_until(published.day):
        yield published
        if market.is_gone(exit):
            return ListingEnding.OVERTAKEN
    listing.published = published.day
    opening = _stage(market, exit, Stage.ACCOUNTS, stages.accounts, published.day)
    if opening.day != expected:  # The GP was given other days than when this was filed.
        market.dockets.openings.enter(opening.day, listing.number, listing)
    yield opening
    if market.is_gone(exit):
        return ListingEnding.OVERTAKEN
    _keep_to_rules(market, listing)
    return None


def _why_nothing_came_of_it(market: Market, listing: Listing, investor: int) -> ListingEnding:
    """Why an awarded sale fell through."""
    if market.is_gone(listing.exit):
        return ListingEnding.OVERTAKEN
    if would_exceed_cap(market, listing.exit, investor, listing.rules):
        return ListingEnding.NO_ROOM
    return ListingEnding.PAYMENT_FAILED


def _file(market: Market, exit: Exit, seen: Assessment, venue: Venue) -> Listing:
    """Enter a listing: its rules are those of today, its floor today's."""
    least = least_price(seen, venue)
    exit.reservation = round(least)
    exit.listings += 1
    listing = Listing(
        number=len(market.listings),
        exit=exit,
        round=exit.listings,
        filed=market.today,
        rules=seen.rules,
        venue=venue,
        nav=seen.nav,
        floor=float(math.ceil(venue_floor(exit, seen, venue, least))),
        appraisal=exit.appraisal if seen.charter == MISSING else MISSING,
    )
    market.listings.append(listing)
    market.remark(exit, Remark.RECKONED, least, seen.nav)
    if seen.charter != MISSING:
        market.remark(exit, Remark.CHARTER_PRICE, seen.charter)
    market.remark(exit, Remark.LISTED, listing.floor, exit.listings, listing.number)
    market.note(RegisterEntry.LIST, exit, giver=exit.lp, fen=round(listing.floor))
    charge_seller(market, exit, round(venue.seller_cost_cny * FEN_PER_YUAN))
    if market.hopes is not None:
        market.hopes.file(market, listing, seen)
    return listing


def _keep_to_rules(market: Market, listing: Listing) -> None:
    """From today the listing follows the changes made meanwhile that bind open listings."""
    rules = market.rules_today(listing)
    if rules is not listing.rules:
        listing.rules, listing.venue = rules, market.venue_rules(listing.exit.venue, rules)


def _disclose(
    market: Market, listing: Listing, bidding_days: int
) -> Generator[Wake, None, tuple[list[int], list[int], int]]:
    """Directed disclosure, extended while nobody is ready: who took the offer up, who is ready to bid, the last day."""
    exit, venue = listing.exit, listing.venue
    seen = market.dockets.openings.answer(market.today, listing.number)
    show(market, exit, seen.shown)
    engaged = engage(market, listing, seen)
    listing.disclosed, listing.invited, listing.engaged = market.today, seen.shown.size, len(engaged)
    listing.leaked = _leak(market, listing)
    exit.invited, exit.ready, exit.bidders = listing.invited, 0, 0  # from here on of this round
    extensions = _extensions(venue, engaged)
    days = venue.disclosure.days + extensions * venue.extension_days
    ready = [buyer for buyer, ready_after in engaged if ready_after <= days]
    if ready:
        bids = market.after_working_days(days + bidding_days).day
        market.dockets.bookings.enter(bids, listing.number, Booking(listing, ready))
    closed = yield from _open_for(market, exit, venue.disclosure.days, market.today)
    for _ in range(extensions):
        market.remark(exit, Remark.DISCLOSURE_EXTENDED, venue.extension_days)
        closed = yield from _open_for(market, exit, venue.extension_days, closed)
    if closed < market.horizon:
        exit.ready = listing.ready = len(ready)
    market.remark(exit, Remark.DISCLOSED, listing.invited, listing.engaged, len(ready))
    return [buyer for buyer, _ in engaged], ready, closed


def _extensions(venue: Venue, engaged: Keen) -> int:
    """How often the disclosure is extended: while nobody is ready, and somebody will be."""
    days, extensions = venue.disclosure.days, 0
    soonest = min((ready_after for _, ready_after in engaged), default=days)
    while soonest > days and extensions < venue.extensions:
        extensions, days = extensions + 1, days + venue.extension_days
    return extensions


def _open_for(market: Market, exit: Exit, days: int, since: int) -> Generator[Wake, None, int]:
    """The offer stays with the invited for so many working days; nothing but the told story waits for their end."""
    closes = market.after_working_days(days, Turn.CLOSING, since)
    market.spend_stage(exit, Stage.DISCLOSED, closes.day, since)
    if market.narrated:
        yield from stay_open(market.boards[exit.venue], closes)
    return closes.day


def _leak(market: Market, listing: Listing) -> int:
    """Every investor who was shown the offer may let it out; a leak costs the seller."""
    rule, exit = listing.venue.disclosure, listing.exit
    kept_secret = (1.0 - rule.leak_probability) ** listing.invited
    if market.draws_of_round(exit)[LEAK] >= 1.0 - kept_secret:
        return 0
    exit.leaked = 1
    market.remark(exit, Remark.LEAKED)
    charge_seller(market, exit, round(rule.leak_cost_share * max(listing.nav, 0.0)))
    return 1


def _deal_terms(listing: Listing, hammer: Hammer) -> Terms:
    venue = listing.venue
    return Terms(
        investor=hammer.investor,
        price=hammer.price,
        ending=hammer.ending,
        route=Route.VENUE,
        fees=venue.fees,
        settlement=venue.settlement,
        signing_days=venue.signing_days,
        registration_days=venue.registration_days(),
        title_first=venue.pays_on_title(),
        delay_log_sd=venue.delay_log_sd,
        failure_probability=venue.payment_failure_probability,
        deposit=round(venue.deposit_share * listing.floor),
    )


def _end(market: Market, listing: Listing, ending: ListingEnding) -> None:
    """Close a listing; if no bid reached a floor that steps down, the next one on the same appraisal is lower."""
    exit = listing.exit
    ended = market.funds_ended_on(exit.fund)
    listing.closed = market.today if ended is None or ending == ListingEnding.SOLD else min(market.today, ended)
    listing.ending = int(ending)
    if ending != ListingEnding.SOLD:
        market.note(RegisterEntry.UNLIST, exit, giver=exit.lp)
        # What the GP refuses, or a winner does not pay, says nothing of demand.
        exit.failures += ending == ListingEnding.NO_BID
        rule = floor_rule(listing.rules, listing.venue, is_state=exit.is_state)
        exit.rounds_on_appraisal += ending == ListingEnding.NO_BID and rule.counts_rounds
