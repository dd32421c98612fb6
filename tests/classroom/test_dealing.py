"""What a class deals: addressed values, the money they are counted in, and terms that can be held."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sfund_sim.classroom.dealing import RoundTerms, Stakes, class_formats
from sfund_sim.classroom.money import RoundMoney
from sfund_sim.classroom.words import stakes_in_words
from sfund_sim.ground.errors import RuleError
from sfund_sim.investors.bidding.information import LognormalError, UniformError, Wallet
from sfund_sim.investors.laws import Lognormal, Uniform
from sfund_sim.investors.laws.exponential import Exponential

EVERY = [
    Stakes(),
    Stakes(law=Uniform(lowest=50, highest=150)),
    Stakes(law=Lognormal()),
    Stakes(law=Exponential()),
    Stakes(information=Wallet()),
    Stakes(information=UniformError()),
]


@pytest.mark.parametrize("stakes", EVERY, ids=repr)
def test_a_value_is_drawn_at_its_seed_round_and_seat_whoever_else_sits_there(stakes):
    many, few = stakes.deal(3, tuple(range(1, 31))), stakes.deal(3, (4, 9, 30))
    assert np.array_equal(few.signals, many.signals[[3, 8, 29]])
    assert np.array_equal(few.ties, many.ties[[3, 8, 29]])
    assert not np.array_equal(stakes.deal(4, (4, 9, 30)).signals, few.signals)
    assert not np.array_equal(
        Stakes(law=stakes.law, information=stakes.information, seed=2).deal(3, (4, 9)).ties, few.ties[:2]
    )


def test_values_follow_their_law_and_a_common_value_is_the_same_for_all():
    dealt = Stakes().deal(1, tuple(range(1, 2001)))
    assert dealt.signals.mean() == pytest.approx(0.5, abs=0.03)
    assert np.array_equal(dealt.signals, dealt.worth)
    shared = Stakes(information=UniformError(half_width=2.0)).deal(1, tuple(range(1, 101)))
    assert len(set(shared.worth)) == 1
    assert np.abs(shared.signals - shared.worth).max() <= 2.001
    assert np.ptp(shared.signals) > 3.5


@pytest.mark.parametrize("stakes", EVERY, ids=repr)
def test_what_is_dealt_is_what_is_shown_and_can_be_bid(stakes):
    dealt, money = stakes.deal(1, tuple(range(1, 41))), stakes.money(40)
    for signal in dealt.signals.tolist():
        assert float(money.show(signal)) == signal
        assert money.read(money.show(signal)) == signal
    assert len(set(dealt.signals)) > 30, "amounts are not too coarse to tell bidders apart"


@pytest.mark.parametrize("stakes", EVERY, ids=repr)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_at_stake_is_told_in_words(stakes, language):
    told = stakes_in_words(stakes, language)
    assert told
    assert "{" not in told


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "-1", "1e5", "nan", "inf", "0x1", "1.2.3", "1,500", "１", "5000", "0.1234", "9" * 40, None, 3, []],
)
def test_what_is_no_amount_is_not_read(text):
    assert RoundMoney(3, 10.0).read(text) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [("0.5", 0.5), (" 0,537 ", 0.537), (".5", 0.5), ("3", 3.0), ("3.", 3.0), ("0.5000", 0.5), ("1,5", 1.5)],
)
def test_amounts_are_read_as_people_type_them(text, amount):
    assert RoundMoney(3, 10.0).read(text) == amount


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text):
    read = RoundMoney(3, 10.0).read(text)
    assert read is None or 0 <= read <= 10


def test_a_class_holds_every_format_but_the_one_that_weighs_terms():
    assert set(class_formats()) == {"ascending", "descending", "first_price", "second_price"}
    assert RoundTerms(format="sealed").format == "first_price"
    for wrong in ("weighted_tender", "english", "x" * 500):
        with pytest.raises(ValidationError):
            RoundTerms(format=wrong)


def test_a_common_value_that_never_changes_is_refused():
    with pytest.raises(RuleError, match="the same in every round"):
        Stakes(information=LognormalError())
