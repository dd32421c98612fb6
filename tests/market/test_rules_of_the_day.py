"""Whoever waits acts by the rules, the numbers and the appraisal of the day on which it acts, not of the day before."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from lone_seller import selling
from worlds import VENUE, digest, small_pilot, with_leaves

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.diary import HeapDiary
from sfund_sim.market import agreement, exchange
from sfund_sim.market.appraisal import still_holds
from sfund_sim.market.approval import ask_for_lower_floor
from sfund_sim.market.route import assess, may_agree, needs_appraised_value, regime_of, usable_venue
from sfund_sim.market.simulate import build_market, simulate
from sfund_sim.scenario.model import Scenario
from sfund_sim.terms import Ending, LpKind, Regime, Remark
from sfund_sim.venue.settlement import Fees

OPEN = {VENUE + "open": True, VENUE + "state_funds_from_open": True, "state_assets.agreement": "at_venue"}


HOPEFUL = {"expectations.agreement_value_to_exposure": 1.5}
"""Who hopes for much of talks begins some."""


def pilot(*changes: dict[str, Any], **leaves: Any) -> Scenario:
    """A lively market with an open venue, whose rules change on the last day of March, June, ... of 2021."""
    days = ("2021-03-31", "2021-06-30", "2021-09-30", "2021-12-31", "2022-03-31", "2022-06-30")
    policy = [
        {"name": f"change_{place}", "on": on, "because": "a change midway", "set": told}
        for place, (on, told) in enumerate(zip(days, changes, strict=False))
    ]
    return with_leaves(small_pilot(funds=60, haste=8.0), {**OPEN, "policy": policy, **leaves})


def kept_of(price: int, fees: Fees) -> int:
    """What a price leaves the seller after its fee, fen."""
    return price - fees.of(price)[0]


def watch_filings(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Hold each filing against the rules of its day."""
    seen: Counter[str] = Counter()
    filed = exchange._file

    def watched(market, exit, assessed, venue):
        rules = market.rules()
        assert usable_venue(market, exit, rules) is venue
        assert assessed.rules is rules
        regime = regime_of(exit, rules)
        if regime != "none":
            assert still_holds(exit.appraisal, exit.appraised_on, market.today, rules.state_assets)
        listing = filed(market, exit, assessed, venue)
        assert kept_of(exit.reservation, venue.fees) == pytest.approx(max(assessed.at_venue, 0.0), abs=2)
        if regime == "full":
            lowest = rules.state_assets.floor.share(exit.rounds_on_appraisal, exit.approved)
            assert listing.floor >= lowest * exit.appraisal - 1
        seen[regime] += 1
        return listing

    monkeypatch.setattr(exchange, "_file", watched)
    return seen


def test_nobody_files_where_the_venue_closed_or_the_regime_began_during_custody(monkeypatch):
    seen = watch_filings(monkeypatch)
    changes = [{"state_assets.regime": regime} for regime in ("none", "full", "appraisal", "full")]
    closed = [{VENUE + "open": False}, {VENUE + "open": True}]
    for replication in range(6):
        simulate(pilot(*changes, *closed, **{VENUE + "custody_days": 30}), replication, 1)
    assert min(seen["none"], seen["full"], seen["appraisal"]) > 20


def test_no_listing_rests_on_an_appraisal_that_has_run_out(monkeypatch):
    seen = watch_filings(monkeypatch)
    simulate(pilot(**{VENUE + "custody_days": 30, "state_assets.appraisal_validity_days": 40}), 1, 1)
    assert seen["full"] > 20


def test_rounds_under_a_regime_without_floor_do_not_lower_the_first_floor_of_the_next(monkeypatch):
    seen: Counter[int] = Counter()
    filed = exchange._file

    def watched(market, exit, assessed, venue):
        listing = filed(market, exit, assessed, venue)
        if exit.is_state:
            regime = regime_of(exit, listing.rules)
            first = not any(
                other.exit is exit and regime_of(exit, other.rules) == "full" for other in market.listings[:-1]
            )
            if regime == "full" and first and exit.listings > 1 and exit.appraisals == 1:
                assert listing.floor >= exit.appraisal
                seen["first of several"] += 1
        return listing

    monkeypatch.setattr(exchange, "_file", watched)
    for replication in range(4):
        simulate(pilot({"state_assets.regime": "full"}, **{"state_assets.regime": "appraisal"}), replication, 1)
    assert seen["first of several"] > 3


@pytest.mark.parametrize("how", ["refused", "at_venue"])
def test_two_bargain_by_the_rules_and_numbers_of_the_day_on_which_they_conclude(monkeypatch, how):
    seen: Counter[str] = Counter()
    bargained = agreement._terms

    def watched(market, exit, assessed):
        terms, rules = bargained(market, exit, assessed), market.rules()
        assert assessed == assess(market, exit)
        if not may_agree(market, exit, rules):
            assert terms is None
            seen["barred"] += 1
        elif needs_appraised_value(market, exit, rules):
            holds = still_holds(exit.appraisal, exit.appraised_on, market.today, rules.state_assets)
            assert terms is None or (holds and terms.price >= exit.appraisal)
            seen["appraised"] += 1
        if terms is not None:
            assert kept_of(terms.price, terms.fees) >= assessed.by_agreement - 1
            assert terms.outlay <= exit.buyer_value + 1
            assert kept_of(exit.reservation, terms.fees) == pytest.approx(assessed.by_agreement, abs=2)
            seen["below the appraisal"] += exit.reservation < exit.appraisal
            seen["agreed"] += 1
        return terms

    monkeypatch.setattr(agreement, "_terms", watched)
    changes = [{"state_assets.agreement": how, VENUE + "open": False}, {VENUE + "open": True}]
    leaves = {"agreement.known_counterparty_probability": 1.0, "state_assets.appraisal_validity_days": 120,
              "expectations.agreement_value_to_exposure": 1.5,  # They hope for much, and so try.
              VENUE + "fees.seller_share": 0.04, VENUE + "fees.buyer_share": 0.04}  # fmt: skip
    for replication in range(4):
        simulate(pilot(*changes, **leaves), replication, 1)
    assert min(seen["appraised"], seen["agreed"]) > 20
    assert min(seen["barred"], seen["below the appraisal"]) > 1


def test_an_appraisal_that_will_run_out_during_talks_is_renewed_before_them():
    leaves = {"agreement.known_counterparty_probability": 1.0, "agreement.delay_log_sd": 0.0, **HOPEFUL,
              "agreement.negotiation_days": 60, "state_assets.appraisal_validity_days": 200}  # fmt: skip
    told = Counter(row.remark for row in simulate(pilot(**leaves), 1, 1).trail)
    assert told[Remark.CHOSE_AGREEMENT] > 50
    assert told[Remark.AGREEMENT_BARRED] == 0


def test_approval_of_a_lower_floor_is_asked_before_a_first_listing_too():
    leaves = {"state_assets.approval_probability": 1.0, VENUE + "relists": 0, "state_assets.agreement": "refused"}
    journal = simulate(pilot(**leaves), 1, 1)
    lowest = min(row.floor / row.appraisal for row in journal.listings if row.appraisal != MISSING)
    assert lowest < 0.89


@pytest.mark.parametrize("leaf", [{"net_assets_cny": 1e13}, {"ticket_cny": 1e12}], ids=["no wealth", "no ticket"])
def test_who_may_not_buy_at_a_venue_may_not_buy_through_it_by_agreement(leaf):
    (name, value), *_ = leaf.items()
    leaves = {"agreement.known_counterparty_probability": 1.0, "population.co_partners.counterparty_share": 0.0,
              "state_assets.agreement_needs_appraised_value": False, "state_assets.blame_weight": 0.0,
              **HOPEFUL}  # fmt: skip
    may, may_not = (simulate(pilot(**leaves, **more), 1, 1) for more in ({}, {f"{VENUE}suitability.{name}": value}))
    assert agreements_of_the_state(may) > 10
    assert agreements_of_the_state(may_not) == 0


@pytest.mark.parametrize("how", ["free", "at_venue"])
def test_an_agreement_depends_on_the_venue_only_where_it_must_be_made_there(how):
    """Nobody expects anything of listing here; the venue's terms reach only agreements that are made through it."""
    leaves = {"agreement.known_counterparty_probability": 1.0, "expectations.venue_interest": 0.0,
              "state_assets.agreement_needs_appraised_value": False, "state_assets.agreement": how}  # fmt: skip
    terms = {"fees.seller_share": 0.1, "fees.buyer_share": 0.1, "signing_days": 60, "suitability.net_assets_cny": 5e8}
    venues = [{}, {VENUE + name: value for name, value in terms.items()}]
    venues += [{VENUE + "open": False}] * (how == "free")
    journals = [simulate(pilot(**leaves, **venue), 1, 1, narrated=False) for venue in venues]
    assert agreements_of_the_state(journals[0]) > 10
    assert len({digest(journal) for journal in journals}) == (1 if how == "free" else 2)


def bought_by_natural_persons(leaves: dict[str, Any], ending: Ending) -> int:
    """Sales of that ending by state sellers, who may agree only through the venue, to partners who are individuals."""
    among = {"agreement.known_counterparty_probability": 1.0, "population.co_partners.counterparty_share": 1.0,
             "state_assets.agreement_needs_appraised_value": False, "state_assets.blame_weight": 0.0}  # fmt: skip
    sold = 0
    for replication in range(6):
        journal = simulate(pilot(**among | leaves), replication, 1)
        kinds = dict(enumerate(journal.kinds["lps"]))
        by_state = [row for row in journal.exits if LpKind(row.lp_kind).is_state and row.ending == ending]
        sold += sum(kinds.get(row.buyer) == LpKind.INDIVIDUAL for row in by_state)
    return sold


def test_where_only_institutions_may_buy_no_partner_who_is_a_natural_person_is_met_in_talks():
    """Its pre-emptive right, which the law gives it, stays."""
    met, only = Ending.SOLD_BY_AGREEMENT, VENUE + "suitability.institutions_only"
    assert bought_by_natural_persons({only: False}, met) > 3
    assert bought_by_natural_persons({only: True}, met) == 0
    assert bought_by_natural_persons({only: True, "state_assets.agreement": "free"}, met) > 3
    takes = {"partnership.preemption_interest_probability": 0.3, "state_assets.agreement": "refused"}
    assert bought_by_natural_persons({only: True, **takes}, Ending.SOLD_TO_PARTNER) > 3


def agreements_of_the_state(journal) -> int:
    return sum(row.ending == Ending.SOLD_BY_AGREEMENT and LpKind(row.lp_kind).is_state for row in journal.exits)


def test_approval_is_asked_only_where_it_lowers_the_floor():
    """A seller that itself wants more than the free share of the appraisal has nothing to ask for."""
    for appraisal, asks in ((1, False), (10**16, True)):
        market, exit = selling(venue=0, rounds_on_appraisal=5, appraisal=appraisal, appraisals=1)
        market.funds.nav_published[exit.fund] = 5.0e5
        rules = market.rules()
        state = rules.state_assets.model_copy(update={"regime": "full"})
        market.rules = lambda rules=rules, state=state: rules.model_copy(update={"state_assets": state})
        assert bool(list(ask_for_lower_floor(market, exit))) is asks
        assert (exit.asked_for_approval == 1) is asks


def test_nobody_talks_twice_in_one_reported_quarter():
    """Whom a seller knows is drawn once for each quarter's report, however often it thinks about its ways out."""
    leaves = {"agreement.known_counterparty_probability": 1.0, "expectations.agreement_interest": 1.0, **HOPEFUL}
    world = pilot(**leaves)
    begun = [(row.exit, row.day) for row in simulate(world, 1, 1).trail if row.remark == Remark.CHOSE_AGREEMENT]
    assert len(begun) > 50
    market = build_market(world, 1, 1, HeapDiary())[0]
    quarters = [(exit, market.reports.quarter(day)) for exit, day in begun]
    assert len(set(quarters)) == len(quarters)
    assert len({exit for exit, _ in quarters}) < len(quarters)


def test_an_exit_is_told_under_the_regime_of_the_day_on_which_it_was_wished_for():
    """Later changes bind the seller too, but a group that is made by what came later would be chosen by it."""
    days = {"appraisal": "2020-03-31", "full": "2020-09-30", "none": "2021-03-31"}
    policy = [
        {"name": regime, "on": on, "because": "a change midway", "set": {"state_assets.regime": regime}}
        for regime, on in days.items()
    ]
    scenario = with_leaves(small_pilot(funds=150, haste=1.0), {"state_assets.regime": "none", "policy": policy})
    timeline, seen = scenario.timeline(), Counter()
    for row in simulate(scenario, 1, 5).exits:
        is_state = LpKind(row.lp_kind).is_state
        expected = timeline.on(row.wished).state_assets.regime if is_state else "none"
        assert Regime(row.regime).label == expected
        seen[is_state, expected] += 1
    assert len(seen) == 4
    assert min(seen.values()) > 3
