"""Lessons: any sensible mix of choices runs, and agrees with theory wherever theory speaks."""

from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sfund_sim.funds.extension import ExtensionRule
from sfund_sim.funds.extension.unanimous import Unanimous
from sfund_sim.funds.takahashi import TakahashiSpec
from sfund_sim.ground.errors import ScenarioError
from sfund_sim.investors.bidding import BiddingStrategy
from sfund_sim.investors.bidding.information import LognormalError, UniformError, Wallet
from sfund_sim.investors.laws import Exponential, Lognormal, Uniform, ValueLaw
from sfund_sim.lab.chance import Chance
from sfund_sim.lab.estimate import standard_errors_off
from sfund_sim.lab.formats import format_names
from sfund_sim.lab.lesson import Lesson, auction_table, by_reserve, part_of, period_table, sale_table
from sfund_sim.lab.other_lessons import exit_curves, exit_table, fund_table, true_incidence, vote_table
from sfund_sim.lab.relisting import Relisting
from sfund_sim.lab.softclose import TimedBidding
from sfund_sim.lab.timing import CompetingExits, ExitLaw
from sfund_sim.lab.votes import Extensions
from sfund_sim.report.lab_figures import auction_figure, fund_figure, money, price_bars
from sfund_sim.venue.auctions.ascending import Ascending

LESSONS = [
    {"format": "sealed", "bidders": 4, "law": Lognormal(), "reserve": 0.8, "risk": 0.5},
    {"format": "descending", "bidders": 3, "poisson": True, "law": Exponential(), "reserve": 0.5},
    {"format": "sealed", "bidders": 6, "reach": 0.5, "reserve": 0.2},
    {"format": "sealed", "bidders": 5, "budget": 0.4},
    {"format": "sealed", "bidders": 8, "invited": 3, "law": Uniform(lowest=0.5, highest=2.0)},
    {"format": "second_price", "bidders": 3, "budgets": Uniform(), "reserve": 0.1},
    {"bidders": 3, "law": Uniform(lowest=1.0, highest=3.0), "budgets": Uniform()},
    {
        "format": "second_price",
        "bidders": 5,
        "law": Uniform(lowest=1, highest=3),
        "budgets": Uniform(lowest=0.5, highest=0.6),
    },
    {"bidders": 4, "poisson": True, "law": Uniform(lowest=1, highest=2), "budgets": Exponential(), "reserve": 0.3},
    {"bidders": 4, "law": Uniform(lowest=1, highest=2), "budgets": Uniform(highest=3), "budget": 1.5},
    {"bidders": 3, "law": Uniform(lowest=1, highest=3), "budgets": Uniform(), "increment": 0.1},
    {"bidders": 3, "law": Lognormal(mu=0.0, sigma=2.0)},
    {"format": "second_price", "bidders": 6, "entry_cost": 0.05},
    {"format": "ascending", "bidders": 5, "increment": 0.07, "law": Lognormal(), "reserve": 0.5},
    {"format": "ascending", "bidders": 2, "poisson": True, "increment": 0.3, "reserve": 0.2},
    {"format": "ascending", "bidders": 6, "information": UniformError(half_width=0.3)},
    {"format": "sealed", "bidders": 2, "information": Wallet(), "naive": True},
    *(
        {"format": name, "bidders": 2, "information": Wallet(), "naive": naive}
        for name in ("ascending", "descending", "second_price", "weighted_tender")
        for naive in (False, True)
    ),
    {"format": "sealed", "bidders": 1},
    {"format": "weighted_tender", "bidders": 3, "law": Lognormal(), "reserve": 0.7},
    {"format": "first_price", "bidders": 2},
    {"format": "ascending", "bidders": 50},
    {"format": "sealed", "bidders": 3, "reserve": 0.9, "budget": 0.5},
    {"format": "sealed", "bidders": 3, "invited": 0},
    {"format": "second_price", "bidders": 9, "entry_cost": 0.1, "invited": 3},
]


@pytest.mark.parametrize("choices", LESSONS, ids=str)
def test_what_is_found_agrees_with_theory(choices):
    lesson = Lesson(**choices)
    table = auction_table(lesson, lesson.auction().sample(Chance(4), 40_000))
    known = [measure for measure in table if measure.theory is not None]
    assert known
    for measure in known:
        assert abs(standard_errors_off(*measure.estimate, measure.theory)) < 4, measure


def lesson_of(choices):
    """A lesson and its auction; choices that do not go together are refused in words, and drawn anew here."""
    if choices.get("information") is not None:
        choices = {name: choice for name, choice in choices.items() if name != "law"}
    try:
        lesson = Lesson(**choices)
        return lesson, lesson.auction()
    except ValidationError:
        reject()


FORMATS = st.sampled_from(format_names())
INVITED = st.one_of(st.none(), st.integers(0, 12))


@given(
    format=FORMATS,
    bidders=st.integers(1, 30),
    poisson=st.booleans(),
    reserve=st.floats(0, 2),
    risk=st.floats(0.1, 3),
    preemption=st.booleans(),
    invited=INVITED,
)
@settings(max_examples=30)
def test_any_mix_of_choices_gives_numbers_that_hang_together(**choices):
    _, auction = lesson_of(choices | {"law": Lognormal()})
    columns = auction.sample(Chance(5), 200)
    sold = columns["sold"] == 1
    assert np.all(columns["price"][sold] >= choices["reserve"])
    assert np.allclose(columns["surplus"], columns["revenue"] + columns["profit"])
    assert np.all(columns["surplus"] <= columns["best"] + 1e-12)
    assert np.all(columns["unsold"] == ~sold)


@given(
    format=FORMATS,
    bidders=st.integers(1, 8),
    poisson=st.booleans(),
    law=st.sampled_from([Uniform(), Uniform(lowest=0.5, highest=2.0), Exponential(), Lognormal()]),
    reserve=st.sampled_from([0.0, 0.4]),
    entry_cost=st.sampled_from([0.0, 0.05]),
    information=st.sampled_from([None, None, UniformError(half_width=1.0), Wallet()]),
    invited=INVITED,
    reach=st.one_of(st.none(), st.floats(0.1, 1)),
    budget=st.sampled_from([np.inf, np.inf, 0.7]),
    budgets=st.sampled_from([None, None, Uniform(), Uniform(lowest=0.3, highest=0.9)]),
    increment=st.sampled_from([0.0, 0.0, 0.13]),
    preemption=st.sampled_from([False, False, True]),
    risk=st.sampled_from([1.0, 1.0, 0.5]),
)
@settings(max_examples=150, derandomize=True)
def test_theory_of_any_mix_agrees_with_what_is_found_or_says_nothing(**choices):
    lesson, auction = lesson_of(choices)
    for measure in auction_table(lesson, auction.sample(Chance(6), 4_000)):
        if measure.theory is not None:
            rare = 1e-3  # What happens once in thousands of auctions leaves no trace in the standard error.
            assert abs(measure.estimate.found - measure.theory) < 4.5 * measure.estimate.se + rare, measure


@pytest.mark.parametrize("limited", [{"invited": 3}, {"reach": 0.4}, {"invited": 1}, {}], ids=str)
def test_those_who_look_at_a_cost_gain_nothing_by_it(limited):
    lesson = Lesson(format="second_price", bidders=9, entry_cost=0.1, **limited)
    columns = lesson.auction().sample(Chance(7), 100_000)
    shown = limited.get("invited", 9 * limited.get("reach", 1.0))
    entrants = shown * lesson.chance_of_entry()
    gain = columns["profit"].mean() / entrants
    if lesson.chance_of_entry() == 1:
        assert gain > 0.1
    else:
        assert gain == pytest.approx(0.1, abs=4 * columns["profit"].std() / entrants / np.sqrt(100_000))


def test_an_open_clock_with_a_common_value_shows_the_signals_of_those_who_bid_only():
    lesson = Lesson(bidders=5, invited=3, information=UniformError(half_width=1.0))
    profit = lesson.auction().sample(Chance(8), 40_000)["profit"]
    assert profit.mean() == pytest.approx(1 / 4, abs=4 * profit.std() / 200), "as if there were three"


@pytest.mark.parametrize(
    "law", [Lognormal(mu=0.0, sigma=3.0), Lognormal(mu=-10.0, sigma=4.0), Exponential(mean=1e10)], ids=repr
)
@pytest.mark.parametrize("format", ["sealed", "second_price"])
def test_theory_of_a_long_tail_is_found_without_a_warning(law, format, recwarn):
    lesson = Lesson(format=format, bidders=5, law=law)
    for measure in auction_table(lesson, lesson.auction().sample(Chance(3), 10_000)):
        assert measure.theory is not None
    assert not recwarn.list


@pytest.mark.parametrize(
    "law", [Lognormal(mu=0.0, sigma=500.0), Exponential(mean=1e300), Uniform(highest=1e308)], ids=repr
)
def test_values_that_no_sum_holds_are_refused_without_a_warning(law, recwarn):
    for choices in ({"law": law}, {"budgets": law}):
        with pytest.raises(ValueError, match=r"beyond 1e\+12"):
            Lesson(**choices)
    assert not recwarn.list


def test_theory_is_silent_on_more_steps_than_it_adds_up():
    lesson = Lesson(bidders=2, increment=1e-9)
    known = {one.name: one.theory for one in auction_table(lesson, lesson.auction().sample(Chance(1), 100))}
    assert known["price (0 if unsold)"] is None
    assert known["sale rate"] == 1


def test_a_share_listed_until_sold_and_a_timed_period_agree_with_theory():
    listing = Lesson(format="second_price", bidders=3, reserve=0.8).auction()
    relisting = Relisting(listing=listing, relist_cost=0.02, holding_cost=0.01, discount=0.95)
    timed = TimedBidding(format=Ascending(window_minutes=3.0), bids=0.4)
    hard = TimedBidding(format=Ascending(window_minutes=3.0, soft_close=False), bids=0.4)
    tables = [sale_table(relisting, Chance(1), 20_000), period_table(timed, Chance(1), 20_000)]
    for measure in [*tables[0], *tables[1], *period_table(hard, Chance(1), 100)]:
        assert abs(standard_errors_off(*measure.estimate, measure.theory)) < 4, measure


def test_a_floor_that_nobody_reaches_is_said_and_not_waited_for():
    listing = Lesson(format="second_price", bidders=2, reserve=1.5).auction()
    with pytest.raises(ValueError, match="cannot be sold"):
        Relisting(listing=listing).sample(Chance(1), 10)
    with pytest.raises(ValueError, match="no vote ever fails"):
        Extensions(rule=Unanimous(), partners=3, refusal=0.0).sample(Chance(1), 10)


@pytest.mark.parametrize("seed", [1, 4])
def test_what_is_rare_is_followed_whatever_the_seed_and_what_is_too_rare_is_not(seed):
    """A block of one replication alone needs a thousand rounds here; no sample may decide that it never ends."""
    rule, lesson = Unanimous(), Lesson(bidders=1, reserve=0.999)
    table = vote_table(rule, partners=1, refusal=0.001, chance=Chance(seed), replications=8193)
    table += sale_table(Relisting(listing=lesson.auction()), Chance(seed), 8193)
    for measure in table:
        assert abs(standard_errors_off(*measure.estimate, measure.theory)) < 4, measure
    with pytest.raises(ValueError, match="once in 100,000 on average"):
        Extensions(rule=rule, partners=1, refusal=1e-5)
    with pytest.raises(ValueError, match="takes 1,000,000 listings on average"):
        Relisting(listing=Lesson(bidders=1, reserve=1 - 1e-6).auction())


def test_who_waits_is_told_of_all_that_is_done():
    done = []
    auction = Lesson(bidders=2, reserve=0.5).auction()
    auction.sample(Chance(1), 20_000, done.append)
    sale_table(Relisting(listing=auction), Chance(1), 20_000, done.append)
    period_table(TimedBidding(format=Ascending(), bids=0.1), Chance(1), 20_000, done.append)
    vote_table(Unanimous(), partners=2, refusal=0.5, chance=Chance(1), replications=20_000, told=done.append)
    assert sum(done) == 5 * 20_000
    assert len(done) == 5 * 3, "block by block"


def test_a_common_value_is_listed_again_only_where_the_first_listing_sells():
    at_once = Relisting(listing=Lesson(bidders=2, information=Wallet()).auction()).sample(Chance(1), 100)
    assert np.all(at_once["listings"] == 1)
    with pytest.raises(ValueError, match="only without a floor"):
        Relisting(listing=Lesson(bidders=2, information=Wallet(), reserve=0.5).auction())


@pytest.mark.parametrize(
    "other",
    [
        {"format": "second_price", "budgets": Uniform()},
        {"format": "second_price", "budget": 0.5},
        {"increment": 0.3, "information": UniformError(half_width=1.0)},
        {"increment": 5.0, "information": UniformError(half_width=0.5)},
        {"format": "sealed", "budgets": Uniform(highest=50.0), "information": UniformError(half_width=1.0)},
        {"format": "sealed", "reserve": 0.4},
    ],
    ids=str,
)
def test_theory_of_a_common_value_is_silent_where_something_else_binds(other):
    lesson = Lesson(**{"bidders": 2, "information": Wallet(), **other})
    table = auction_table(lesson, lesson.auction().sample(Chance(1), 100))
    assert [measure for measure in table if measure.theory is not None] == []


def test_a_higher_reserve_meets_the_same_bidders():
    sweep = by_reserve(Lesson(bidders=3), Chance(2), 2_000)
    assert np.all(np.diff(sweep["sold"]) <= 0), "with common draws a higher reserve never sells more"
    assert np.allclose(sweep["revenue"], sweep["revenue_theory"], atol=0.03)


@pytest.mark.parametrize(
    ("choices", "top"),
    [
        ({"information": UniformError(half_width=10.0), "format": "sealed"}, 980.0),
        ({"information": Wallet()}, 2.4),
        ({"information": LognormalError(), "signal_error": 0.0}, 1.0),
        ({"information": LognormalError(), "signal_error": 0.4, "naive": True}, 1.7),
        ({"law": Uniform(lowest=1e7, highest=5e7)}, 4.92e7),
    ],
    ids=str,
)
def test_reserves_lie_on_the_range_of_values_common_ones_too(choices, top):
    sweep = by_reserve(Lesson(bidders=3, reserve=0.5, **choices), Chance(2), 2_000)
    assert sweep["reserve"][0] == 0
    assert sweep["reserve"][-1] == pytest.approx(top, rel=0.1)
    assert sweep["sold"][0] == 1
    assert sweep["sold"][-1] < 0.2 or top == 1, "at a value that is certain all still buy"


def test_the_picture_of_an_auction_names_no_line_that_it_does_not_have():
    for information, named in ((UniformError(half_width=10.0), ["found"]), (None, ["found", "theory"])):
        lesson = Lesson(bidders=3, format="sealed", information=information)
        prices = lesson.auction().sample(Chance(1), 500)["price"]
        figure = auction_figure(prices, 0.0, by_reserve(lesson, Chance(1), 500), run="")
        _, revenue, sold = figure.axes
        for axes in (revenue, sold):
            assert [text.get_text() for text in axes.get_legend().get_texts()] == named
        assert sold.get_ylim() == (0, 1.05), "in a panel of its own"
        assert revenue.get_ylim()[1] == pytest.approx(1.05 * np.nanmax(revenue.lines[0].get_ydata()), rel=0.05)


@pytest.mark.parametrize("reserve", [0.0, 0.3, 0.6, 1 / 3])
def test_what_is_sold_at_the_reserve_stands_in_the_bar_that_begins_there(reserve):
    prices = np.concatenate([np.full(600, reserve), np.linspace(reserve + 1e-9, 1.0, 400)])
    ends = price_bars(prices, reserve)
    counts, _ = np.histogram(prices, ends)
    at = int(np.flatnonzero(ends == reserve)[0])
    assert counts[:at].sum() == 0
    assert counts[at] >= 600
    assert counts.sum() >= 999
    assert np.histogram(np.full(9, 0.5), price_bars(np.full(9, 0.5), 0.5))[0].tolist().count(9) == 1


@pytest.mark.parametrize(
    ("amount", "told"), [(0.41582, "0.4158"), (746.919, "746.9"), (36733947.4256, "36,733,947"), (2e7, "20,000,000")]
)
def test_an_amount_is_told_with_the_digits_that_its_size_calls_for(amount, told):
    assert money(amount) == told


def test_bids_that_are_no_numbers_are_refused_by_the_file_of_the_strategy(monkeypatch):
    monkeypatch.setattr(BiddingStrategy, "members", dict(BiddingStrategy.members))

    class NoNumbers(BiddingStrategy):
        """Source: this test."""

        kind: ClassVar[str] = "no_numbers"

        def bids(self, values, view):
            return np.where(values > 0.99, np.nan, values)

    auction = Lesson(bidders=2).auction().model_copy(update={"strategy": NoNumbers()})
    with pytest.raises(ScenarioError, match="leads to bids that are no numbers") as raised:
        auction.sample(Chance(1), 2_000)
    again = type(raised.value)(*raised.value.args)  # as simpy does
    for error in (raised.value, again):
        assert error.text().startswith(__file__)
        assert "给出的报价不是数" in error.text("zh")


@pytest.mark.parametrize(
    ("rule", "expected"), [("unanimous", 0.9**6), ("at_least:5", 0.885735), ("gp_alone", 1.0), ("two_thirds", 0.98415)]
)
def test_votes_agree_with_the_binomial(rule, expected):
    chosen = part_of(ExtensionRule.members, rule)
    table = vote_table(chosen, partners=6, refusal=0.1, chance=Chance(1), replications=20_000)
    assert table[0].theory == pytest.approx(expected, abs=1e-6)
    for measure in table:
        assert abs(standard_errors_off(*measure.estimate, measure.theory)) < 4


def test_competing_exits_are_read_rightly_and_one_minus_kaplan_meier_is_not():
    exits = CompetingExits(ways=(ExitLaw.of_hazard(0.2), ExitLaw.of_hazard(0.3), ExitLaw(0.7, 9.0)))
    curves = exit_curves(exits, horizon=4.0, censoring=0.1, chance=Chance(3), companies=3_000)
    *ways, claimed = exit_table(curves)
    for measure in (*ways, claimed):
        assert abs(standard_errors_off(*measure.estimate, measure.theory)) < 4
    assert claimed.theory == pytest.approx(1 - np.exp(-0.2 * 4.0)), "way 1 as if there were no other"
    assert standard_errors_off(*claimed.estimate, ways[0].theory) > 5


@pytest.mark.parametrize("horizon", [1e3, 1e300])
def test_in_the_long_run_everybody_has_left_by_one_way_or_another(horizon):
    exits = CompetingExits(ways=(ExitLaw.of_hazard(0.08), ExitLaw.of_hazard(0.12)))
    assert true_incidence(exits, 0, horizon) == pytest.approx(0.4, abs=1e-9)
    assert true_incidence(exits, 1, horizon) == pytest.approx(0.6, abs=1e-9)


def test_the_fund_table_is_that_of_the_published_appendix():
    table = fund_table(TakahashiSpec(), 100.0, (0.15, 0.25))
    assert table.flows.nav[4] == pytest.approx(106.798724, abs=1e-6)
    assert table.cumulative_net[-1] == pytest.approx(88.042505, abs=1e-6)
    assert table.discounts[:, 7] == pytest.approx([0.030112, 0.158792], abs=1e-6)
    assert table.discounts[:, 10] == pytest.approx([0.017391, 0.096], abs=1e-6)


def test_at_the_end_of_life_the_last_call_is_left_as_nav_and_has_no_discount():
    table = fund_table(TakahashiSpec(), 100.0, (0.15, 0.25))
    assert table.flows.nav[-1] == table.flows.contributions[-1] > 0
    assert np.isnan(table.discounts[:, -1]).all()
    right = fund_figure(table, run="").axes[1]
    assert [np.isfinite(np.asarray(line.get_ydata(), float)).sum() for line in right.lines[:2]] == [11, 11]


@pytest.mark.parametrize("text", ["normal:0,1", "uniform:1,0", "uniform:0,1,2", "uniform:low,1"])
def test_a_law_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match=r"allowed|highest|takes|number"):
        part_of(ValueLaw.members, text)


@pytest.mark.parametrize(
    "choices",
    [
        {"invited": 2, "reach": 0.5},
        {"format": "sealed", "increment": 0.1},
        {"naive": True},
        {"bidders": 2.5},
        {"information": Wallet(), "law": Uniform()},
        {"information": Wallet(), "format": "sealed", "risk": 0.5},
        {"information": Wallet(), "signal_error": 0.1},
        {"signal_error": 0.1},
        {"information": Wallet(), "invited": 4},
        {"information": Wallet(), "invited": 0},
    ],
    ids=str,
)
def test_choices_that_contradict_each_other_are_refused(choices):
    said = r"not both|least raise|common value|whole number|belong to private|belongs to a common|disclosure to all"
    with pytest.raises(ValueError, match=said):
        Lesson(**choices).auction()
