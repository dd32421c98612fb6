"""Every label has a word in both languages, and numbers are written as people write them."""

from __future__ import annotations

import math
import re
import string
from typing import get_args

import pytest

from sfund_sim.funds.cashflow import CashFlowModel
from sfund_sim.funds.extension import ExtensionRule
from sfund_sim.funds.marks import MarkModel
from sfund_sim.ground.errors import SfundError
from sfund_sim.investors.bidding import BiddingStrategy
from sfund_sim.outcomes.dictionary import outcomes
from sfund_sim.outcomes.measures import GROUPINGS
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.verdicts import Verdict
from sfund_sim.report.narrative import _templates
from sfund_sim.report.words import (
    LANGUAGES,
    estimate_text,
    families,
    filled,
    group_word,
    outcome_heading,
    phrase,
    word,
)
from sfund_sim.scenario.nodes import Status
from sfund_sim.scenario.rules import IpoWindow, Venue
from sfund_sim.scenario.state_assets import StateAssets
from sfund_sim.terms import (
    BuyerKind,
    Ending,
    FundState,
    GpKind,
    ListingEnding,
    LpKind,
    Regime,
    Route,
    Stage,
    Strategy,
    Trigger,
    Use,
)
from sfund_sim.venue.auctions import AuctionFormat
from sfund_sim.venue.disclosure import DisclosureRule
from sfund_sim.venue.floors import FloorRule

FAMILIES = {
    "lp_kind": LpKind, "buyer_kind": BuyerKind, "strategy": Strategy, "gp_kind": GpKind, "regime": Regime,
    "trigger": Trigger, "route": Route, "ending": Ending, "listing_ending": ListingEnding, "stage": Stage,
    "fund_state": FundState, "use": Use,
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_every_term_has_a_word_and_every_word_a_term(family: str) -> None:
    assert families()[family] == FAMILIES[family].labels(), "in the order of the codes, by which Stata knows the words"


RULES = {
    "auction": AuctionFormat, "rule": (DisclosureRule, ExtensionRule), "floor": FloorRule, "bidding": BiddingStrategy,
    "marks": MarkModel, "model": CashFlowModel,
}  # fmt: skip
SIGNS_ONLY = ("compare_chance_note", "number_with_n", "sweep_with_interval", "expects_of_sellers")
CHOICES = {"regime": StateAssets, "agreement": StateAssets, "ledger": Venue, "state": IpoWindow}


def test_every_rule_that_a_sweep_may_vary_has_a_word() -> None:
    """A figure tells a rule's kind in the field's words; parts that others add are told by their own names."""
    wanted = {
        f"{step}.{kind}"
        for step, listed in RULES.items()
        for family in (listed if isinstance(listed, tuple) else (listed,))
        for kind, part in family.members.items()
        if part.__module__.startswith("sfund_sim.")
    }
    wanted |= {f"{step}.{word}" for step, model in CHOICES.items()
               for word in get_args(model.model_fields[step].annotation)}  # fmt: skip
    assert set(families()["choice"]) == wanted


def test_statuses_and_units_of_outcomes_have_words() -> None:
    assert {status.value for status in Status} <= set(families()["status"])
    assert {one.unit for one in outcomes()} <= set(families()["unit"])


def test_chinese_words_are_chinese_and_take_the_same_values_as_the_english() -> None:
    for family, labels in families().items():
        for label in labels:
            english, chinese = word(family, label, "en"), word(family, label, "zh")
            assert re.search("[\u4e00-\u9fff]", chinese) or label in SIGNS_ONLY, (family, label)
            assert not re.search("[\u4e00-\u9fff]", english), (family, label)
            places = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (english, chinese)]
            assert places[0] == places[1], (family, label)


def test_a_text_that_nobody_wrote_is_told_by_its_line() -> None:
    """It was a bare KeyError, when all replications of a run were done."""
    with pytest.raises(SfundError, match=r"report/words.csv has no line 'text,title_of_moonlight'"):
        phrase("title_of_moonlight", "en")


def test_every_group_of_every_grouping_has_a_name(info: RunInfo) -> None:
    groups = {
        "all": ["all"], "lp_kind": LpKind.labels(), "is_state": ["state", "non_state"], "route": Route.labels(),
        "regime": Regime.labels(), "trigger": Trigger.labels(), "period": [period.name for period in info.periods],
        "is_state_period": ["state, before_opening"], "buyer_kind": BuyerKind.labels(), "strategy": Strategy.labels(),
        "home_venue_id": ["beijing"], "venue_id": ["beijing"], "ending": Ending.labels(),
    }  # fmt: skip
    assert set(groups) == {grouping for listed in GROUPINGS.values() for grouping in listed}
    for grouping, names in groups.items():
        for name in names:
            assert all(group_word(grouping, name, language) for language in LANGUAGES)
    assert group_word("is_state_period", "state, before_opening", "zh") == "国有转让方，首家平台开业前"


@pytest.mark.parametrize(
    ("numbers", "unit", "english", "chinese"),
    [((0.8171, 0.752, 0.882), "ratio", "81.7% [75.2%, 88.2%]", "81.7% [75.2%, 88.2%]"),
     ((4.69e9, 4.45e9, 4.92e9), "CNY", "4.69 bn yuan [4.45, 4.92]", "46.90亿元 [44.50, 49.20]"),
     ((1.93e7, 1.82e7, 2.03e7), "CNY", "19.3 m yuan [18.2, 20.3]", "1,930.0万元 [1,820.0, 2,030.0]"),
     ((1234.4, 1100.0, math.nan), "days", "1,234 [1,100, –]", "1,234 [1,100, –]"),
     ((1.0, 1.0, 1.0), "count", "1 [1, 1]", "1 [1, 1]"),
     ((51.67, 46.9, 56.4), "count", "51.7 [46.9, 56.4]", "51.7 [46.9, 56.4]"),
     ((-0.0004, -0.01, -0.0001), "ratio", "0.0% [-1.0%, -0.0%]", "0.0% [-1.0%, -0.0%]"),
     ((1.414, math.nan, math.nan), "multiple", "1.41x", "1.41倍"),
     ((math.nan, math.nan, math.nan), "days", "–", "–")],
)  # fmt: skip
def test_numbers_are_written_as_people_write_them(
    numbers: tuple[float, float, float], unit: str, english: str, chinese: str
) -> None:
    assert estimate_text(numbers, unit, "en") == english
    assert estimate_text(numbers, unit, "zh") == chinese


def test_headings_of_times_carry_their_unit() -> None:
    assert outcome_heading("median_exit_days", "en") == "median time to exit (days)"
    assert outcome_heading("median_exit_days", "zh") == "退出用时中位数（天）"
    assert outcome_heading("share_sold", "en") == "share sold"
    assert phrase("bidders_or_more", "zh", n=4) == "4家及以上"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 investors were"),
        (1, "1 investor was"),
        ("1", "1 investor was"),
        ("1,001", "1,001 investors were"),
        ("n\xa0=\xa01", "n\xa0=\xa01 investor was"),
        ("n\xa0=\xa011", "n\xa0=\xa011 investors were"),
    ],
)
def test_a_number_has_the_word_that_goes_with_it(count: object, words: str) -> None:
    assert filled("{n:investor was|investors were} shown it", {"n": count}) == f"{words} shown it"


def test_other_forms_of_numbers_are_as_ever() -> None:
    assert filled("{n:,} and {n:.1f}, {text}", {"n": 1200, "text": "1"}) == "1,200 and 1200.0, 1"


COUNTED = re.compile(
    r"\{\w+\} (exits|sales|rounds|uses|replications|points|rows|companies|investors|LPs|working days|are ready|days)\b"
)


def test_no_english_sentence_counts_one_in_the_plural() -> None:
    """Where a number may be 1, the sentence has both forms."""
    always_several = {"terminal_note", "latex_note", "finding_recycling"}
    texts = {label: word("text", label, "en") for label in set(families()["text"]) - always_several}
    texts |= {remark: sentences["en"] for remark, (_, sentences) in _templates().items()}
    assert [label for label, text in texts.items() if COUNTED.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", [each for each in Verdict if "pairs" in each or "_in_" in each])
def test_a_figure_can_say_why_there_is_no_difference(verdict, language):
    assert phrase(f"compare_{verdict}", language)
