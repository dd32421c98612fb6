"""The story of an exit gives its reader every number that a later one follows from."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache

import pytest
from worlds import shipped, small_pilot

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.journal import Trail
from sfund_sim.market.simulate import simulate
from sfund_sim.report.narrative import Narrator
from sfund_sim.report.tidings import Wait, meanwhile, worth_telling
from sfund_sim.terms import Ending, ListingEnding, Remark

NAV_TOLD = re.compile(r"NAV[^.]*? (?:of|is) CNY ([\d,.]+) m")
LAST_NAV = re.compile(r"of NAV \(CNY ([\d,.]+) m\)")
CASE_B = "case_guidance_fund"


@lru_cache(maxsize=2)
def market(replication):
    return simulate(small_pilot(funds=60), replication, 1)


@lru_cache(maxsize=4)
def case(name):
    scenario = shipped(name)
    return simulate(scenario, 1, scenario.seed)


def stories(journal, scenario):
    narrator = Narrator(journal, scenario.horizon.start, "en")
    return [(row, narrator.story(number)) for number, row in enumerate(journal.exits)]


def number(text):
    return float(text.replace(",", ""))


@pytest.mark.parametrize("replication", [1, 2])
def test_the_nav_of_a_sale_is_the_last_one_that_the_story_told(replication):
    looked_at = 0
    for row, lines in stories(market(replication), small_pilot(funds=60)):
        if Ending(row.ending).is_sale and row.nav > 0:
            last = [number(nav) for line in lines[:-1] for nav in NAV_TOLD.findall(line)][-1]
            at_sale = number(LAST_NAV.search(lines[-1])[1])
            assert last == pytest.approx(at_sale, rel=0.025, abs=0.2), lines
            looked_at += 1
    assert looked_at > 10


def test_every_round_is_filed_with_a_least_price_of_that_day_which_its_floor_keeps():
    journal = market(1)
    filed = [(remark.exit, remark.day, remark.a) for remark in journal.trail if remark.remark == Remark.LISTED]
    least = {(one.exit, one.day): one.a for one in journal.trail if one.remark == Remark.RECKONED}
    assert len(filed) == len(journal.listings) > 10
    assert all(floor >= least[exit, day] - 1 for exit, day, floor in filed)
    assert any(row.ending != ListingEnding.SOLD for row in journal.listings)


def test_a_share_s_cash_from_a_liquidation_adds_up_to_its_price():
    [(row, lines)] = stories(case(f"{CASE_B}_no_venue"), shipped(CASE_B))
    assert row.ending == Ending.LIQUIDATED
    [failed] = [place for place, line in enumerate(lines) if "failed" in line and "Vote" in line]
    paid = [number(fen) for line in lines[failed:] for fen in re.findall(r"The fund pays CNY ([\d,.]+) m", line)]
    assert sum(paid) == pytest.approx(row.price / 1e8, abs=0.05 * len(paid))
    assert re.search(
        r"^= fund liquidated; [\d,]+ days from the wish \([\d,]+ from its own approval\); CNY [\d.]+ m: \d+% of NAV",
        lines[-1],
    )


def test_the_vote_for_which_a_sale_made_room_is_told_after_it():
    [(row, lines)] = stories(case(CASE_B), shipped(CASE_B))
    assert Ending(row.ending).is_sale
    assert [line for line in lines if "After this exit, vote to extend the fund" in line and "carried" in line]
    told = Narrator(case(CASE_B), shipped(CASE_B).horizon.start, "zh").story(0)
    assert [line for line in told if "此次退出之后，延期表决" in line]


def test_the_last_line_counts_days_as_the_tables_do_and_from_the_approval_too():
    journal, start = case(f"{CASE_B}_no_venue"), shipped(CASE_B).horizon.start
    [row] = journal.exits
    since_wish, since_approval = row.ended - row.wished, row.ended - row.decided
    assert since_wish > since_approval > 0
    told = {language: Narrator(journal, start, language).story(0)[-1] for language in ("en", "zh")}
    assert f"; {since_wish:,} days from the wish ({since_approval:,} from its own approval)" in told["en"]
    assert f"；自产生转让意愿起 {since_wish:,} 天（自内部决策完成起 {since_approval:,} 天）" in told["zh"]


def test_who_never_had_an_approval_is_told_of_the_wish_only():
    told = stories(market(1), small_pilot(funds=60))
    kinds = {(row.decided == MISSING, "approval" in lines[-1]) for row, lines in told}
    assert kinds == {(True, False), (False, True)}
    assert all(f"{row.ended - row.wished:,} day" in lines[-1] for row, lines in told)


def test_chinese_stories_are_set_as_chinese_is():
    """Sentences end in a full stop, and no space follows a bracket or a sum of money in the middle of a sentence."""
    scenario = small_pilot(funds=60)
    changes = tuple(((one.on - scenario.horizon.start).days, one.reason("zh")) for one in scenario.changes())
    narrator = Narrator(market(1), scenario.horizon.start, "zh", changes)
    lines = [line for number, _ in enumerate(market(1).exits) for line in narrator.story(number)[1:-1]]
    assert {line[-1] for line in lines} == {"。"}
    assert [line for line in lines if re.search("[）元] [^\\d]", line)] == []


@pytest.mark.parametrize(("language", "once"), [("en", "It thinks again once, with"), ("zh", "再次测算，结论不变")])
def test_a_single_second_thought_is_told_on_its_own_day_without_an_until(language, once):
    narrator = Narrator(market(1), small_pilot(funds=60).horizon.start, language)
    lines = [line for exit in range(len(market(1).exits)) for line in narrator.story(exit)]
    assert any(once in line for line in lines)
    assert not [line for line in lines if re.match(r"(\d{4}-\d\d-\d\d)  .*(?:until|至) \1", line)]


@pytest.mark.parametrize(("language", "paid_back"), [("en", "is paid back on the loan"), ("zh", "归还贷款本息")])
def test_the_lender_of_a_share_is_told_of_on_its_day_and_after_the_fund_that_paid_it(language, paid_back):
    scenario = small_pilot(
        funds=60,
        haste=8.0,
        pledges__registered=True,
        pledges__term_days=300,
        pledges__least_loan_cny=1e5,
        pledges__recovery_probability=0.0,
    )
    journal = simulate(scenario, 2, 5)
    narrator, endings = Narrator(journal, scenario.horizon.start, language), set()
    for exit, row in enumerate(journal.exits):
        if row.loan_ended == MISSING:
            continue
        lines = narrator.story(exit)
        [place] = [place for place, line in enumerate(lines) if paid_back in line]
        day = (scenario.horizon.start + timedelta(days=row.loan_ended)).isoformat()
        assert lines[place].startswith(day), lines
        if row.ending == Ending.LIQUIDATED:
            assert lines[place - 1].startswith(day)
            assert "liquidated after a failed vote" in lines[place - 1] or "基金清算" in lines[place - 1]
        endings.add(Ending(row.ending))
    assert Ending.LIQUIDATED in endings
    assert len(endings) > 2


def trail(*remarks):
    return [Trail(0, day, kind, *numbers, *[0] * (3 - len(numbers))) for day, kind, *numbers in remarks]


def test_little_cash_and_reports_on_the_day_of_a_review_are_not_told():
    heard = trail((1, Remark.REVIEWED, 900, 900, 1000), (2, Remark.CALLED, 5, 1005), (3, Remark.DISTRIBUTED, 300, 700),
                  (9, Remark.REPORTED, 702), (10, Remark.REVIEWED, 9, 9, 800), (10, Remark.REPORTED, 800),
                  (19, Remark.REPORTED, 900))  # fmt: skip
    assert [one.day for one in worth_telling(heard, [])] == [3, 19]


def test_what_a_fund_does_during_a_wait_is_summed_up():
    heard = trail((1, Remark.REVIEWED, 900, 900, 1000), (2, Remark.DISTRIBUTED, 300, 700), (5, Remark.REPORTED, 800),
                  (6, Remark.DISTRIBUTED, 100, 700), (6, Remark.CALLED, 3, 700))  # fmt: skip
    wait = Wait(since=1, day=5, times=1, until=6)
    assert worth_telling(heard, [wait]) == []
    assert meanwhile(heard, wait) == (400, 0, 700)
