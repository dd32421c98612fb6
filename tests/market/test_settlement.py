"""Paying in one sum or in parts, a winner who does not pay, a partner who steps in: what the register tells of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache

import numpy as np
import pytest
from worlds import shipped, small_pilot

from sfund_sim.ground.columns import MISSING
from sfund_sim.market import bidding_day, closing, exchange
from sfund_sim.market.returns import HIGHEST_RATE
from sfund_sim.market.simulate import simulate
from sfund_sim.market.worth import rates_of_partners
from sfund_sim.terms import Ending, ListingEnding, LpKind, RegisterEntry, Remark, Route, Stage
from sfund_sim.venue.settlement import SettlementTerms

BUYERS = ("market_s_fund", "state_s_fund", "fund_of_funds", "insurer", "company")


@lru_cache(maxsize=4)
def market(**leaves):
    return simulate(small_pilot(**leaves), 1, 5)


def in_parts():
    return market(venues__beijing__settlement__first_share=0.3, venues__beijing__settlement__rest_days=300)


def payments(journal):
    found = defaultdict(list)
    for row in journal.register:
        if row.entry == RegisterEntry.PAYMENT:
            found[row.deal].append((row.day, row.fen))
    return found


def at_venue(journal):
    return {n: row for n, row in enumerate(journal.exits) if row.buyer != MISSING and row.route == Route.VENUE}


def test_one_sum_is_paid_within_five_working_days_of_the_signature():
    paid = payments(market())
    sold = at_venue(market())
    assert len(sold) > 5
    for number, row in sold.items():
        ((day, fen),) = paid[number]
        assert (fen, day) == (row.price, row.ended)
        assert 0 < day - row.signed <= 17


def test_in_parts_the_first_share_moves_the_title_and_the_rest_ends_the_exit():
    paid, titles = payments(in_parts()), {}
    for row in in_parts().register:
        if row.entry == RegisterEntry.TRANSFER:
            titles[row.deal] = row.day
    done = {n: row for n, row in at_venue(in_parts()).items() if row.ending != Ending.OPEN and len(paid[n]) == 2}
    assert len(done) > 2
    for number, row in done.items():
        (first_day, first), (last_day, rest) = paid[number]
        assert (first, first + rest) == (round(0.3 * row.price), row.price)
        assert (titles[number], row.ended) == (first_day, last_day)
        assert last_day == row.signed + 300


def test_a_rest_that_is_due_after_the_horizon_leaves_a_censored_exit_with_its_price():
    paid = payments(in_parts())
    waiting = {n: row for n, row in at_venue(in_parts()).items() if row.ending == Ending.OPEN}
    assert waiting
    for number, row in waiting.items():
        assert [fen for _, fen in paid[number]] == [round(0.3 * row.price)]
        assert row.signed + 300 > row.ended
        assert np.isfinite(row.realised_value)


def test_a_winner_who_does_not_pay_loses_its_deposit_to_the_seller_and_the_share_stays():
    journal = market(venues__beijing__payment_failure_probability=1.0, partnership__preemption__applies=False)
    failed = [row for row in journal.listings if row.ending == ListingEnding.PAYMENT_FAILED]
    assert len(failed) > 3
    forfeits = [row for row in journal.register if row.entry == RegisterEntry.FEE and row.taker != MISSING]
    for listing in failed:
        lost = [row.fen for row in forfeits if row.deal == listing.exit and row.giver == listing.winner]
        assert round(0.3 * listing.floor) in lost
    assert all(row.giver >= len(journal.kinds["lps"]) for row in forfeits)


def test_a_partner_who_steps_in_pays_the_price_that_bidding_found():
    journal = market(partnership__preemption_interest_probability=1.0)
    taken = {number: row for number, row in at_venue(journal).items() if row.ending == Ending.SOLD_TO_PARTNER}
    found = {row.exit: row for row in journal.listings if row.ending == ListingEnding.SOLD}
    assert len(taken) > 2
    for number, row in taken.items():
        listing = found[number]
        assert row.buyer < len(journal.kinds["lps"])
        assert row.buyer != row.lp
        assert (listing.price, listing.winner >= len(journal.kinds["lps"])) == (row.price, True)


def test_without_the_right_no_partner_steps_in():
    journal = market(partnership__preemption__applies=False, partnership__preemption_interest_probability=1.0)
    assert Ending.SOLD_TO_PARTNER not in {row.ending for row in journal.exits}
    assert at_venue(journal)


def test_a_part_of_the_price_counts_on_the_day_on_which_it_is_paid(monkeypatch):
    """What is paid a year later is worth less to the seller and costs the buyer less, whatever both ask and bid."""
    monkeypatch.setattr(SettlementTerms, "worth_now", lambda terms, rate: 1.0)
    first_share = "venues__beijing__settlement__first_share"
    worlds = (small_pilot(**{first_share: share}) for share in (1.0, 0.999, 0.4))
    at_once, nearly, in_three = (simulate(world, 1, 5) for world in worlds)
    rate = {kind: mix["discount_rate"] for kind, mix in small_pilot().canonical()["population"]["lps"].items()}
    compared = 0
    for number, row in at_venue(at_once).items():
        then = nearly.exits[number], in_three.exits[number]
        if any((row.signed, row.price) != (other.signed, other.price) for other in then):
            continue
        compared += 1
        assert then[0].realised_value == pytest.approx(row.realised_value, abs=1e-3 * row.price)
        yearly = rate[LpKind(row.lp_kind).label]
        later = (then[1].ended - row.ended) / 365.25
        years = (row.ended - row.decided) / 365.25
        lost = 0.6 * row.price * (1 - (1 + yearly) ** -later) * (1 + yearly) ** -years
        assert row.realised_value - then[1].realised_value == pytest.approx(lost, rel=0.01, abs=1e-4 * row.price)
        if row.buyer_irr > 0 and then[1].buyer_irr < HIGHEST_RATE:
            assert then[1].buyer_irr > row.buyer_irr
            assert then[0].buyer_irr == pytest.approx(row.buyer_irr, rel=0.01, abs=2e-3)
    assert compared > 3


def test_a_price_paid_in_parts_is_worth_to_each_side_what_it_asked_and_bid_by(monkeypatch):
    """The seller's rate has its urgency; a partner's is its own, and a buyer asks more where talks find it alone."""
    seen, settled = {}, closing._settle

    def watched(market, exit, deal):
        buyer = deal.investor - market.first_buyer
        asked = (
            market.buyers.required_irr[buyer] if buyer >= 0 else rates_of_partners(market, np.array([deal.investor]))[0]
        )
        asked += market.rules().agreement.lone_buyer_irr * (deal.terms.route == Route.AGREEMENT and buyer >= 0)
        kind = "partner" if buyer < 0 else deal.terms.route.label
        seen[exit.number] = kind, deal.terms.settlement, (market.rate_of[exit.lp_kind][exit.trigger], asked)
        return settled(market, exit, deal)

    monkeypatch.setattr(closing, "_settle", watched)
    leaves = {"venues__beijing__settlement__first_share": 0.3, "venues__beijing__settlement__rest_days": 300}
    leaves |= {"partnership__preemption_interest_probability": 0.1, "state_assets__agreement": "at_venue"}
    leaves |= {"state_assets__agreement_needs_appraised_value": False, "state_assets__blame_weight": 0.0}
    leaves |= {"agreement__known_counterparty_probability": 0.7, "population__co_partners__counterparty_share": 0.0}
    leaves |= {"expectations__agreement_value_to_exposure": 1.5}  # They hope for much, and so try.
    journal, kinds = simulate(small_pilot(funds=60, **leaves), 1, 5), Counter()
    for number, (kind, settlement, rates) in seen.items():
        row, in_parts = journal.exits[number], settlement.first_share < 1
        kinds[kind, in_parts] += 1
        for worth, rate in zip((row.price_worth_to_seller, row.price_worth_to_buyer), rates, strict=True):
            yuan = 0.3 + 0.7 * (1 + rate) ** (-300 / 365.25) if in_parts else 1
            assert worth == pytest.approx(row.price * yuan, abs=1)
    assert min(kinds[kind, True] for kind in ("partner", "venue", "agreement")) > 2, kinds
    assert kinds["agreement", False] > 2


def test_a_floor_steps_down_when_no_bid_is_good_enough_and_for_no_other_reason():
    consent = dict.fromkeys(("state_gp_consent_probability", "private_gp_consent_probability"), 0.5)
    world = small_pilot(
        venues__beijing__payment_failure_probability=0.3,
        **{f"partnership__{name}": chance for name, chance in consent.items()},
    )
    listings = [(each, row) for each in range(3) for row in simulate(world, 1, each).listings]
    stepped, stayed, last = 0, 0, {}
    for replication, row in listings:
        before = last.get((replication, row.exit))
        last[replication, row.exit] = row
        if before is None or row.appraisal == MISSING or (before.appraisal, before.floor) != (row.appraisal,) * 2:
            continue
        if before.ending == ListingEnding.NO_BID:
            stepped += row.floor < row.appraisal
        else:
            stayed += 1
            assert row.floor >= row.appraisal, row
    assert stepped > 2
    assert stayed > 5


def test_what_a_sale_is_compared_with_is_what_the_seller_gives_up_on_the_day_of_payment(monkeypatch):
    """NAV, cost, true value and hold value are of one day: a distribution since the last review is in none of them."""
    seen, transfer = [], closing.transfer

    def watched(market, exit, *more):
        nav, cost, true_value, hold, *_ = market.sheet.of(exit)
        blocked = market.sheet.of(exit, blocks=True)[3] if exit.must_leave else hold
        assert (exit.nav, exit.cost, exit.true_value) == (nav, cost, true_value)
        assert exit.hold_value in (hold, blocked)
        seen.append(exit.number)
        return transfer(market, exit, *more)

    monkeypatch.setattr(closing, "transfer", watched)
    journal = simulate(small_pilot(), 1, 5)
    assert len(seen) == sum(row.buyer != MISSING for row in journal.exits) > 10


@pytest.mark.parametrize("name", ["case_central_soe", "case_guidance_fund"])
def test_the_sellers_of_the_founding_cases_gain_by_their_sales(name):
    """Neither takes a price below its hold value, and what one sale costs is less than what it gains."""
    (row,) = simulate(shipped(name), 1, 1).exits
    assert row.price - row.seller_costs > row.hold_value > 0


def test_votes_are_those_of_the_run_and_not_of_the_history_of_funds_that_outlived_theirs():
    journal = simulate(small_pilot(funds=60), 1, 1)
    assert len(journal.votes) > 10
    assert min(row.day for row in journal.votes) >= 0


def test_a_sale_for_which_the_fund_has_no_room_left_is_not_told_as_a_default(monkeypatch):
    """The last place may go to another buyer between hammer and payment; nobody fails to pay then."""
    for module in (closing, exchange):
        monkeypatch.setattr(module, "would_exceed_cap", lambda *_: True)
    world = small_pilot(partnership__preemption__applies=False, venues__beijing__payment_failure_probability=0.0)
    journal = simulate(world, 1, 5)
    awarded = [row for row in journal.listings if row.winner != MISSING]
    ended = [row for row in awarded if row.ending not in (ListingEnding.OPEN, ListingEnding.OVERTAKEN)]
    assert len(ended) > 5
    assert {row.ending for row in ended} == {ListingEnding.NO_ROOM}
    assert sum(row.remark == Remark.NO_ROOM for row in journal.trail) >= len(ended)
    assert all(row.buyer == MISSING for row in journal.exits)


def test_who_is_paid_in_parts_asks_for_more_and_nobody_sells_below_its_reservation_price(monkeypatch):
    """A private seller's floor leaves its reservation price, the rest of the price discounted at its own rate."""
    seen, filed = [], exchange._file

    def watched(market, exit, seen_by_seller, venue):
        listing = filed(market, exit, seen_by_seller, venue)
        if not exit.is_state:
            rest = (1 + seen_by_seller.rate) ** (-300 / 365.25)
            now = 0.3 + 0.7 * rest
            kept = listing.floor * (now - venue.fees.seller_share)
            seen.append((kept, seen_by_seller.at_venue, now))
        return listing

    monkeypatch.setattr(exchange, "_file", watched)
    leaves = {"settlement__first_share": 0.3, "settlement__rest_days": 300, "private_floor": "reservation"}
    simulate(small_pilot(**{f"venues__beijing__{name}": value for name, value in leaves.items()}), 1, 5)
    assert len(seen) > 10
    for kept, reservation, _ in seen:
        assert kept == pytest.approx(reservation, abs=2)
    assert max(now for *_, now in seen) < 0.95


def test_buyers_who_pay_a_part_later_bid_more(monkeypatch):
    """The same buyers for the same share at the same floor, but for when the price is paid."""
    seen, made = [], bidding_day.bids_of

    def watched(market, venue, group):
        bids = list(made(market, venue, group))
        parts = venue.settlement.model_copy(update={"first_share": 0.3, "rest_days": 300})
        later = made(market, venue.model_copy(update={"settlement": parts}), group)
        for once, then, (_, ready) in zip(bids, later, group, strict=True):
            assert (once.worth, once.most) == (then.worth, then.most)
            saves = 0.3 + 0.7 * (1 + market.buyers.required_irr[ready]) ** (-300 / 365.25)
            seen.extend(zip(once.wishes, then.wishes, saves.tolist(), strict=True))
        return iter(bids)

    monkeypatch.setattr(bidding_day, "bids_of", watched)
    leaves = {f"population__buyers__{kind}__bidding": "truthful" for kind in BUYERS}
    simulate(small_pilot(venues__beijing__fees__buyer_share=0.0, **leaves), 1, 5)
    assert len(seen) > 20
    for once, then, saves in seen:
        assert once == pytest.approx(then * saves)


def test_on_paper_the_money_waits_for_the_register():
    on_paper, on_chain = (market(venues__beijing__ledger=kind) for kind in ("paper", "distributed"))
    for journal, waits in ((on_paper, True), (on_chain, False)):
        registered = {row.exit: row.left for row in journal.stages if row.stage == Stage.REGISTERED}
        sold = [n for n in at_venue(journal) if n in registered and journal.exits[n].ended != MISSING]
        assert len(sold) > 3
        assert all((journal.exits[n].ended >= registered[n] > journal.exits[n].signed) == waits for n in sold)
