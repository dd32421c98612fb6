"""What was prepared counts only while it still holds: each answer is the one that would be worked out now, alone."""

from collections import Counter

import numpy as np
import pytest
from worlds import changed, small_pilot

from sfund_sim.ground.docket import Docket
from sfund_sim.market import (
    agreement,
    bidding_day,
    build_buyers,
    closing,
    dockets,
    exchange,
    notices,
    openings,
    reviews,
    route,
    talks,
)
from sfund_sim.market.bookings import Booking
from sfund_sim.market.consent import draw_of_talks, gp_consents
from sfund_sim.market.market import Market
from sfund_sim.market.notices import Notice
from sfund_sim.market.partners import within_cap
from sfund_sim.market.simulate import simulate
from sfund_sim.market.talks import Talk
from sfund_sim.market.votes import may_block_extension
from sfund_sim.terms import Route

BUYERS = ("market_s_fund", "state_s_fund", "fund_of_funds", "insurer", "company")
SCARCE = {"count": 3, "mean_capital_cny": 1.0e8, "ticket_max_cny": 1.0e8, "concentration_share": 1.0,
          "due_diligence_slots": 50, "engagement_probability": 1.0, "founded_years": {2018: 1.0}}  # fmt: skip
LONG_TALKS_AMONG_PARTNERS = {
    "partnership__gp_consent_days": 60,
    "population__co_partners__counterparty_share": 0.9,
    "agreement__known_counterparty_probability": 1.0,
    "expectations__agreement_interest": 1.0,
}
MIDWAY = [
    {"name": f"midway_{days}", "on": on, "because": "a change midway", "applies_to": "new_listings",
     "set": {"partnership.gp_consent_days": days, "agreement.lone_buyer_irr": more}}
    for on, days, more in (("2021-05-20", 30, 0.1), ("2022-08-20", 5, 0.02), ("2023-02-20", 40, 0.06))
]  # fmt: skip
"""Changes of rules while talks are under way: other days for the GP, other returns asked."""
WINDOWS = [
    {"name": f"window_{on[:4]}", "on": on, "because": "what a share is worth changes, for offers filed from then on",
     "applies_to": "new_listings", "set": {"ipo_window.state": state}}
    for on, state in (("2021-05-20", "shut"), ("2022-08-20", "open"), ("2023-02-20", "shut"))
]  # fmt: skip
"""Changes of rules that leave the venue's own as they are."""
FICKLE = {
    "partnership__preemption_interest_probability": 0.5,
    **{f"population__lps__{kind}__patience_days": 120 for kind in ("private_institution", "company", "individual")},
}
"""Partners who give up selling soon, and are asked then whether they want others' shares."""
SEVERAL = 9
"""Replications in which a prepared answer about partners is now and then another one by its day, at most."""
LAST_OF_2021 = 730
"""Days since the start of the small pilot."""


@pytest.fixture(scope="module", params=[50, 10], ids=["room for partners", "hardly room"])
def scarce(request):
    """A market in which a few buyers look at everything, and what limits them is their cash."""
    leaves = {f"population__buyers__{kind}__{name}": value for kind in BUYERS for name, value in SCARCE.items()}
    return small_pilot(funds=40, population__wish_scale=8.0, partnership__partner_cap=request.param, **leaves)


def simulate_until(enough, world):
    """As many replications as it takes until enough has been seen, or several."""
    for replication in range(SEVERAL):
        simulate(world, 1, replication)
        if enough():
            break


@pytest.mark.parametrize("midway", [[], WINDOWS], ids=["rules stay", "rules of value change midway"])
def test_every_bidding_ends_as_if_worked_out_at_that_moment_alone(scarce, midway, monkeypatch):
    seen, held = Counter(), exchange.hold_bidding

    def watched(market, listing, ready):
        if ready:
            prepared = market.dockets.bookings.answer(market.today, listing.number)
            used = bidding_day._result(market, listing, ready)
            seen["barred"] += used is None or len(used.ready) < len(ready)
            if used is None:
                return held(market, listing, ready)
            alone = bidding_day.brief_results(market, [Booking(listing, used.ready)], [market.today])[0]
            assert used._replace(cash=alone.cash, committed=alone.committed, most=alone.most) == alone
            assert within_cap(market, listing.exit, used.ready, listing.rules) == used.ready
            assert all(
                bid <= bidding_day.limit(market, listing.exit, buyer, listing.venue.fees)
                for buyer, bid in zip(used.ready, used.bids, strict=True)
            )
            seen["moved" if prepared.bids != used.bids else "kept"] += 1
        return held(market, listing, ready)

    monkeypatch.setattr(exchange, "hold_bidding", watched)
    simulate(changed(scarce, policy=[*scarce.canonical()["policy"], *midway]), 1, 1)
    assert seen["moved"] > 20
    assert seen["kept"] > 20
    assert (seen["barred"] > 0) == (scarce.partnership.partner_cap < 50)


def test_most_that_many_may_pay_is_what_each_may_pay(scarce, monkeypatch):
    seen, made = Counter(), bidding_day.bids_of

    def watched(market, venue, group):
        bids = list(made(market, venue, group))
        for (listing, ready), own in zip(group, bids, strict=True):
            assert own.most == [bidding_day.limit(market, listing.exit, buyer, venue.fees) for buyer in ready]
            capped = market.buyers.cost_cap[ready] < np.inf
            seen.update(capped=int(capped.sum()), uncapped=int((~capped).sum()))
        return iter(bids)

    monkeypatch.setattr(bidding_day, "bids_of", watched)
    simulate(scarce, 1, 1)
    assert min(seen["capped"], seen["uncapped"]) > 20


def test_partners_answer_as_they_would_at_that_moment_alone(scarce, monkeypatch):
    seen, answered = Counter(), closing.answer_now

    def watched(market, notice: Notice):
        prepared = market.dockets.notices.answer(market.today, notice.exit.number)
        used, alone = answered(market, notice), notices._of_group(market, [notice])[0]
        assert used == alone
        seen["moved" if prepared.news != used.news else "kept"] += 1
        seen["others"] += prepared[:3] != used[:3]
        return used

    monkeypatch.setattr(closing, "answer_now", watched)
    simulate_until(lambda: min(seen["moved"], seen["kept"]) > 20 and seen["others"], changed(scarce, **FICKLE))
    assert min(seen["moved"], seen["kept"]) > 20
    assert seen["others"]


@pytest.mark.parametrize("midway", [[], MIDWAY], ids=["rules stay", "rules change midway"])
def test_sellers_meet_whom_they_would_meet_at_that_moment_alone(scarce, midway, monkeypatch):
    seen, met = Counter(), agreement.meet_now

    def watched(market, talk: Talk):
        prepared = market.dockets.talks.answer(market.today, talk.exit.number)
        used, alone = met(market, talk), talks.brief_talks(market, [talk], [market.today])[0]
        assert used == alone
        seen["moved" if prepared.news != used.news else "kept"] += 1
        seen["others"] += prepared[:2] != used[:2]
        return used

    monkeypatch.setattr(agreement, "meet_now", watched)
    policy = [*scarce.canonical()["policy"], *midway]
    world = changed(scarce, policy=policy, **LONG_TALKS_AMONG_PARTNERS)
    simulate_until(lambda: min(seen["moved"], seen["kept"]) > 20 and seen["others"] > 1, world)
    assert min(seen["moved"], seen["kept"]) > 20
    assert seen["others"] > 1


def test_talks_end_under_the_rules_and_with_the_consent_that_were_told_when_they_began(scarce, monkeypatch):
    seen, rules = Counter(), {}
    told, began, bargained = dockets.brief_talks, agreement._expect_answer, agreement._terms

    def watched_talks(market, ended, days):
        rules.update({talk.exit.number: talk.rules for talk in ended})
        return told(market, ended, days)

    def watched_beginning(market, exit, agreed):
        seen["rules will change"] += market.timeline.number(agreed) > market.timeline.number(market.today)
        return began(market, exit, agreed)

    def watched_bargain(market, exit, now):
        terms = bargained(market, exit, now)
        assert rules.pop(exit.number) is now.rules
        assert gp_consents(market, exit, now.rules.partnership, draw_of_talks(market, exit))
        seen["bargains"] += 1
        return terms

    monkeypatch.setattr(dockets, "brief_talks", watched_talks)
    monkeypatch.setattr(agreement, "_expect_answer", watched_beginning)
    monkeypatch.setattr(agreement, "_terms", watched_bargain)
    simulate(changed(scarce, policy=[*scarce.canonical()["policy"], *MIDWAY]), 1, 1)
    assert seen["rules will change"] > 2
    assert seen["bargains"] > 20


@pytest.mark.parametrize("midway", [[], MIDWAY], ids=["rules stay", "rules change midway"])
def test_offers_are_shown_to_whom_they_would_be_shown_at_that_moment_alone(scarce, midway, monkeypatch):
    seen, disclosed = Counter(), exchange._disclose

    def watched(market, listing, bidding_days):
        prepared = market.dockets.openings.answer(market.today, listing.number)
        alone = openings.brief_openings(market, [listing], [market.today])[0]
        assert prepared.shown.tolist() == alone.shown.tolist()
        assert prepared.keen == alone.keen
        seen["shown to some" if 0 < prepared.shown.size < len(market.buyers) else "to all or nobody"] += 1
        return disclosed(market, listing, bidding_days)

    monkeypatch.setattr(exchange, "_disclose", watched)
    policy = [*scarce.canonical()["policy"], *midway]
    simulate(changed(scarce, policy=policy, venues__beijing__disclosure__invited=5), 1, 1)
    assert seen["shown to some"] > 20


def test_what_is_prepared_rests_on_neither_another_quarter_nor_another_report_nor_other_rules(scarce, monkeypatch):
    """What is reckoned in a stretch of days is seen on each of its days alike, and another stretch is another state."""
    seen, answered = {}, Docket.answer

    def watched(docket, today, number):
        market = docket._answers.args[0]
        lag = market.scenario.portfolio.report_lag_days
        quarters = [market.clock.last_ended(day) for day in (today, today - lag)]
        told = market.buyers.told_cash.tobytes(), market.buyers.told_purchases.tobytes()
        state = (*quarters, id(market.rules()), market.funds.nav_published.tobytes(), *told)
        assert seen.setdefault(market.stretches[today], state) == state
        return answered(docket, today, number)

    monkeypatch.setattr(Docket, "answer", watched)
    simulate(changed(scarce, policy=[*scarce.canonical()["policy"], *MIDWAY]), 1, 1)
    assert len(set(seen.values())) == len(seen) > 16


def test_venue_and_sellers_know_of_buyers_what_these_told_at_the_last_quarter_end_or_report(scarce, monkeypatch):
    heard, seen, told, answered = {}, Counter(), Market.hear_from_buyers, Docket.answer

    def watched_telling(market):
        told(market)
        is_founded = market.buyers.founded <= market.today
        heard[market.today] = np.where(is_founded, np.maximum(market.free_cash(), 0.0), market.buyers.capital)

    def watched(docket, today, number):
        market = docket._answers.args[0]
        ends, lag = market.clock.ends, market.scenario.portfolio.report_lag_days
        last = max(day for day in (0, *ends.tolist(), *(ends + lag).tolist()) if 0 <= day <= today)
        assert market.buyers.told_cash.tolist() == heard[last].tolist()
        seen["moved since" if (market.free_cash() != heard[last]).any() else "as told"] += 1
        return answered(docket, today, number)

    monkeypatch.setattr(Market, "hear_from_buyers", watched_telling)
    monkeypatch.setattr(Docket, "answer", watched)
    years = {f"population__buyers__{kind}__founded_years": {2018: 1.0, 2021: 1.0} for kind in BUYERS}
    simulate(changed(scarce, **years), 1, 1)
    assert min(seen.values()) > 5


@pytest.mark.parametrize("another", [600, 700], ids=["before the quarter", "within the quarter"])
def test_one_founded_as_a_quarter_ends_has_told_all_it_has_whenever_another_was_founded(another, monkeypatch):
    """What happens on one day has a declared order, which does not rest on when another buyer was founded."""
    told, seen = Market.hear_from_buyers, []

    def watched(market):
        told(market)
        if market.today == LAST_OF_2021:
            assert LAST_OF_2021 in market.clock.ends
            seen.append((market.buyers.told_cash[0], market.free_cash()[0], market.buyers.capital[0]))

    def founding_days(scenario, mixes, years, days):
        return np.array([LAST_OF_2021, another, *[0] * (years.size - 2)])

    monkeypatch.setattr(build_buyers, "_founding_days", founding_days)
    monkeypatch.setattr(Market, "hear_from_buyers", watched)
    simulate(small_pilot(funds=10), 1, 1)
    ((cash, free, capital),) = seen
    assert cash == free > capital


@pytest.mark.parametrize("charters", [0.0, 0.5])
def test_sellers_review_as_they_would_at_that_moment_alone(scarce, charters, monkeypatch):
    """Whether a guidance fund is in the way of its fund's extension turns here with each share that changes hands."""
    seen, again, reviewed = Counter(), Counter(), reviews.look_again

    def in_the_way(market, exit, rules):
        return may_block_extension(exit, rules) and market.moves.get(exit.fund, 0) % 2 == 1

    def watched(market, exit):
        prepared = market.dockets.reviews.answer(market.today, exit.number)
        used, alone = reviewed(market, exit), reviews._reviews(market, [exit], [market.today])[0]
        assert used == alone
        assert used.seen == route.assess(market, exit)
        seen["moved" if prepared.moves != used.moves else "kept"] += 1
        seen["others"] += prepared.seen != used.seen
        return used

    def watched_between_rounds(market, exit):
        used = watched(market, exit)
        again[used.route] += 1
        return used

    monkeypatch.setattr(reviews, "blocks_extension", in_the_way)
    monkeypatch.setattr(route, "blocks_extension", in_the_way)
    monkeypatch.setattr(reviews, "look_again", watched)
    monkeypatch.setattr(exchange, "look_again", watched_between_rounds)
    shares = {"guidance_fund": 0.48, "company": 0.1, "private_institution": 0.05, "individual": 0.1}
    leaves = {f"population__lps__{kind}__share": share for kind, share in shares.items()}
    world = changed(scarce, state_assets__charter_price_share=charters, **leaves)
    ways = (Route.HOLD, Route.AGREEMENT, Route.VENUE)
    simulate_until(
        lambda: min(*(seen[how] for how in ("moved", "kept", "others")), *(again[way] for way in ways)) > 2, world
    )
    assert min(seen["moved"], seen["kept"], seen["others"]) > 2
    assert min(again[route] for route in ways) > 2
