"""The check can fail: each mechanism is broken on purpose, and at least one case must say so."""

import numpy as np
import pytest

from sfund_sim.funds import growth, hazards, waterfall
from sfund_sim.funds.cashflow import company_plan, yale
from sfund_sim.funds.cashflow.yale import Yale
from sfund_sim.ground.streams import Streams
from sfund_sim.lab import bargain, timing
from sfund_sim.lab.cases import OWN, PUBLISHED, shipped
from sfund_sim.lab.chance import BLOCK
from sfund_sim.lab.check import check
from sfund_sim.venue.auctions import ascending, book, descending, first_price, second_price, weighted_tender
from sfund_sim.venue.auctions.ascending import Ascending
from sfund_sim.venue.auctions.first_price import FirstPrice
from sfund_sim.venue.auctions.second_price import SecondPrice
from sfund_sim.venue.disclosure.all_eligible import AllEligible
from sfund_sim.venue.disclosure.each_with_probability import EachWithProbability
from sfund_sim.venue.disclosure.random import Random
from sfund_sim.venue.settlement import Fees

FORMAT_FILES = (ascending, descending, first_price, second_price, weighted_tender)
SETS = {"published": shipped(PUBLISHED).cases, "own": shipped(OWN).cases}


def failures(family, *, source="published", replications=BLOCK):
    cases = [case for case in SETS[source] if case.family == family]
    return [verdict.case.id for verdict in check(cases, replications=replications, seed=1) if not verdict.passed]


def test_a_first_price_paid_as_a_second_one_is_found(monkeypatch):
    assert failures("A02") == []
    monkeypatch.setattr(FirstPrice, "clear", SecondPrice.clear)
    assert failures("A02")


def test_a_second_price_paid_as_a_first_one_is_found(monkeypatch):
    monkeypatch.setattr(SecondPrice, "clear", FirstPrice.clear)
    assert failures("A02")


def test_a_floor_that_is_ignored_is_found(monkeypatch):
    assert failures("E03") == []
    for file in FORMAT_FILES:
        monkeypatch.setattr(file, "acceptable", lambda given: np.where(np.isnan(given.bids), -np.inf, given.bids))
    assert failures("E03")
    assert failures("A04")
    assert failures("S07", source="own")


def test_a_tie_broken_by_row_is_found_by_our_own_cases_and_by_no_published_one(monkeypatch):
    assert failures("S01", source="own") == []
    by_row = book.merit
    for file in FORMAT_FILES:
        monkeypatch.setattr(file, "merit", lambda bids, ties, score=None: by_row(bids, np.zeros_like(ties), score))
    failed = failures("S01", source="own")
    assert len(failed) == 6, "every format must be caught"
    assert failures("A19") == []
    assert failures("A10") == []


def test_a_soft_close_that_does_not_extend_is_found(monkeypatch):
    assert failures("A20") == []
    extending = Ascending.timed_period
    monkeypatch.setattr(
        Ascending, "timed_period", lambda rule, *given: extending(rule.model_copy(update={"soft_close": False}), *given)
    )
    assert len(failures("A20")) == 9


@pytest.mark.parametrize("rule", [EachWithProbability, Random])
def test_disclosure_that_leaks_to_everybody_is_found(monkeypatch, rule):
    assert failures("A17") == []
    monkeypatch.setattr(rule, "choose", lambda self, eligible, fit, activity, draws: eligible)
    assert failures("A17")


def test_disclosure_that_leaks_to_the_unqualified_is_found(monkeypatch):
    assert failures("E02") == []
    monkeypatch.setattr(AllEligible, "choose", lambda self, eligible, fit, activity, draws: np.ones_like(eligible))
    assert failures("E02")


def test_a_stream_that_repeats_itself_block_after_block_is_found(monkeypatch):
    few = [case for case in SETS["published"] if case.family == "A01" and case.params.get("n") == 2]
    monkeypatch.setitem(SETS, "published", few)
    many = 40 * BLOCK
    assert failures("A01", replications=many) == []
    fresh = Streams.of
    monkeypatch.setattr(
        Streams, "of", lambda self, purpose, topic, draw, block, round: fresh(self, purpose, topic, draw, 0)
    )
    assert failures("A01", replications=many)


def test_a_stream_that_ignores_which_run_it_is_for_is_found(monkeypatch):
    assert failures("F01") == []
    fresh = Streams.of
    monkeypatch.setattr(Streams, "of", lambda self, *address: fresh(Streams(self.seed, 0), *address))
    assert failures("F01")


def test_a_yale_fund_of_the_market_that_pays_out_half_is_found(monkeypatch):
    assert failures("D02") == []
    rates = Yale._rates

    def halved(self, age, term):
        called, paid = rates(self, age, term)
        return called, 0.5 * paid

    monkeypatch.setattr(Yale, "_rates", halved)
    assert failures("D02")


def test_a_yale_fund_of_the_market_that_hands_on_half_of_its_proceeds_is_found(monkeypatch):
    assert failures("S03", source="own") == []
    rolled = yale.step

    def halved(*state, **rates):
        told = rolled(*state, **rates)
        return told._replace(distribution=0.5 * told.distribution)

    monkeypatch.setattr(yale, "step", halved)
    assert len(failures("S03", source="own")) == 4


def test_a_waterfall_without_catch_up_and_one_without_a_hurdle_are_found(monkeypatch):
    assert failures("S04", source="own") == []
    monkeypatch.setattr(waterfall, "LEAST_GAIN", np.inf)
    assert len(failures("S04", source="own")) >= 6
    monkeypatch.undo()
    monkeypatch.setattr(waterfall, "QUARTERS_PER_YEAR", np.inf)
    assert len(failures("S04", source="own")) >= 6


def test_unequal_bidders_who_pay_the_next_bid_instead_of_their_own_are_found(monkeypatch):
    assert failures("S05", source="own") == []
    monkeypatch.setattr(FirstPrice, "clear", SecondPrice.clear)
    assert failures("S05", source="own") == ["S05-001", "S05-002"]


def test_a_bargain_that_forgets_the_buyers_fee_or_swaps_the_shares_is_found(monkeypatch):
    assert failures("S06", source="own") == []
    monkeypatch.setattr(Fees, "prices_within", lambda self, outlay, now=1: (outlay, outlay))
    assert failures("S06", source="own")
    monkeypatch.undo()
    split = bargain._split
    monkeypatch.setattr(bargain, "_split", lambda low, high, share, **bounds: split(low, high, 1.0 - share, **bounds))
    assert failures("S06", source="own")


def test_companies_that_wait_three_times_as_long_are_found(monkeypatch):
    assert failures("S02", source="own") == []
    wait = company_plan._wait
    monkeypatch.setattr(company_plan, "_wait", lambda *given: 3.0 * wait(*given))
    assert len(failures("S02", source="own")) == 6


def test_a_clock_of_constant_hazard_that_runs_slow_is_found(monkeypatch):
    assert failures("D06") == []
    clock = hazards.exponential_time
    monkeypatch.setattr(timing, "exponential_time", lambda threshold, hazard: 3.0 * clock(threshold, hazard))
    assert failures("D06")


def test_growth_that_forgets_its_mean_is_found(monkeypatch):
    assert failures("D05") == []
    monkeypatch.setattr(growth, "lognormal_growth", lambda mean, spread, normals: np.exp(spread * normals) - 1)
    assert failures("D05")
