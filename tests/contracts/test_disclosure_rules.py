"""What every disclosure rule owes the law and the market."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_parts import made

from sfund_sim.venue.disclosure import DisclosureRule
from sfund_sim.venue.disclosure.family import first_by

RULES = [made(member) for member in DisclosureRule.members.values()]
SIZED = [
    member(invited=size)
    for member in DisclosureRule.members.values()
    if "invited" in member.model_fields
    for size in (0, 1, 3)
]
every_rule = pytest.mark.parametrize("rule", [*RULES, *SIZED], ids=repr)


def market(seed, shape):
    rng = np.random.default_rng(seed)
    return (
        rng.random(shape) < 0.6,
        rng.integers(0, 3, shape).astype(float),
        rng.integers(0, 3, shape).astype(float),
        rng.random(shape),
    )


@every_rule
@given(seed=st.integers(0, 10_000), investors=st.integers(0, 30))
@settings(max_examples=40)
def test_nobody_who_is_not_eligible_is_ever_chosen(rule, seed, investors):
    eligible, fit, activity, draws = market(seed, investors)
    chosen = rule.choose(eligible, fit, activity, draws)
    assert chosen.shape == eligible.shape
    assert not np.any(chosen & ~eligible)
    if "invited" in type(rule).model_fields:
        assert chosen.sum() == min(rule.invited, eligible.sum())


@every_rule
@pytest.mark.parametrize("investors", [0, 2, 30])
def test_sellers_expect_as_many_to_be_shown_an_offer_as_are_on_average(rule, investors):
    """A rule that said nothing was taken to show every offer to everybody, which moves sellers' choice of a way out."""
    eligible, fit, activity, draws = market(7, (40, 4_000))
    eligible[:] = np.arange(40)[:, None] < investors
    shown = rule.choose(eligible, fit, activity, draws).sum(axis=0)
    assert rule.number_shown(investors) == pytest.approx(shown.mean(), abs=5 * shown.std() / 4_000**0.5 + 1e-9)


@every_rule
@given(seed=st.integers(0, 10_000))
@settings(max_examples=25)
def test_a_block_of_listings_is_decided_as_each_listing_alone(rule, seed):
    block = market(seed, (9, 4))
    together = rule.choose(*block)
    for listing in range(4):
        assert np.array_equal(together[:, listing], rule.choose(*(part[:, listing] for part in block)))


@given(seed=st.integers(0, 10_000), investors=st.integers(0, 30), invited=st.integers(0, 12))
@settings(max_examples=60)
def test_the_invited_are_the_first_when_the_eligible_are_sorted_by_merit_then_by_draw(seed, investors, invited):
    eligible, merit, _, draws = market(seed, investors)
    ranking = sorted(np.flatnonzero(eligible).tolist(), key=lambda each: (-merit[each], draws[each]))
    chosen = first_by(merit, eligible, draws, invited=invited)
    assert np.flatnonzero(chosen).tolist() == sorted(ranking[:invited])


@every_rule
@given(seed=st.integers(0, 10_000))
@settings(max_examples=25)
def test_the_order_of_rows_does_not_matter(rule, seed):
    parts = market(seed, 12)
    order = np.random.default_rng(seed).permutation(12)
    assert np.array_equal(rule.choose(*(part[order] for part in parts)), rule.choose(*parts)[order])


@every_rule
def test_the_given_arrays_are_left_alone_and_the_source_is_named(rule):
    eligible = np.ones(5, bool)
    rule.choose(eligible, np.zeros(5), np.zeros(5), np.linspace(0, 1, 5))[:] = False
    assert eligible.all()
    assert "Source:" in (type(rule).__doc__ or "")


@every_rule
@pytest.mark.parametrize("eligible", [0, 2, 40])
def test_sellers_expect_an_offer_to_be_shown_to_as_many_as_are_chosen(rule, eligible):
    """With draws spread evenly over (0, 1), a chance of one half reaches half of them."""
    draws = (np.arange(eligible) + 0.5) / max(eligible, 1)
    chosen = rule.choose(np.ones(eligible, bool), np.zeros(eligible), np.zeros(eligible), draws)
    assert rule.number_shown(eligible) == chosen.sum()
