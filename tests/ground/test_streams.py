"""Chance has an address: the same question gets the same draw, whatever else happens."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfund_sim.ground.streams import Streams, further, key_of_name, normal_of, uniform_of
from sfund_sim.terms import Purpose

KEYS = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=3)
PURPOSES = st.sampled_from(list(Purpose))


@given(st.integers(0, 2**63 - 1), st.integers(0, 1000), PURPOSES, KEYS)
def test_a_single_draw_and_the_array_draw_at_an_address_are_the_same(seed, replication, purpose, keys):
    streams = Streams(seed, replication)
    as_arrays = [np.array([key], np.uint64) for key in keys]
    assert streams.uniform(purpose, *as_arrays)[0] == streams.draw(purpose, *keys)
    assert np.isclose(streams.normal(purpose, *as_arrays)[0], streams.draw_normal(purpose, *keys), rtol=1e-13)
    assert streams.bits(purpose, *as_arrays)[0] >> np.uint64(33) == streams.order(purpose, *keys)


@given(PURPOSES, st.lists(st.integers(0, 10**6), min_size=2, max_size=20, unique=True))
def test_a_draw_does_not_depend_on_who_else_is_asked_or_in_what_order(purpose, keys):
    streams = Streams(1, 1)
    together = dict(zip(keys, streams.uniform(purpose, np.array(keys), 7).tolist(), strict=True))
    backwards = dict(zip(keys[::-1], streams.uniform(purpose, np.array(keys[::-1]), 7).tolist(), strict=True))
    alone = {key: streams.draw(purpose, key, 7) for key in keys}
    assert together == backwards == alone
    assert len(set(alone.values())) == len(keys)


@pytest.mark.parametrize("other", [Streams(2, 1), Streams(1, 2)])
def test_another_seed_or_replication_gives_other_independent_draws(other):
    keys = np.arange(20_000)
    here, there = Streams(1, 1).uniform(Purpose.SIGNAL, keys), other.uniform(Purpose.SIGNAL, keys)
    assert abs(np.corrcoef(here, there)[0, 1]) < 4 / np.sqrt(keys.size)


@pytest.mark.parametrize("other", [Streams(2, 1), Streams(1, 2)], ids=["seed", "replication"])
@pytest.mark.parametrize("purpose", Purpose, ids=lambda purpose: purpose.label)
def test_no_purpose_is_shared_with_another_seed_or_replication(purpose, other):
    """Neither by generators nor by address."""
    here, keys, size = Streams(1, 1), np.arange(2_000), 2_000
    pairs = [
        [each.of(purpose, 3).standard_normal(size) for each in (here, other)],
        [each.of(purpose).standard_normal(size) for each in (here, other)],
        [each.uniform(purpose, keys) for each in (here, other)],
        [[each.draw(purpose, key, 5) for key in range(size)] for each in (here, other)],
    ]
    for one, another in pairs:
        assert abs(np.corrcoef(one, another)[0, 1]) < 4.5 / np.sqrt(size)


def test_draws_of_two_purposes_and_of_swapped_keys_are_unrelated():
    streams, keys = Streams(3, 1), np.arange(20_000)
    columns = [
        streams.uniform(Purpose.TIE, keys, 1),
        streams.uniform(Purpose.LEAK, keys, 1),
        streams.uniform(Purpose.TIE, 1, keys),
        streams.uniform(Purpose.TIE, keys, 2),
        streams.uniform(Purpose.TIE, keys),
    ]
    apart = np.corrcoef(columns) - np.eye(len(columns))
    assert np.abs(apart).max() < 4.5 / np.sqrt(keys.size)


def test_uniforms_are_uniform_normals_normal_and_exponentials_exponential():
    from scipy import stats

    streams, keys = Streams(4, 1), np.arange(50_000)
    uniform = streams.uniform(Purpose.READINESS, keys, 5)
    assert 0 < uniform.min() < uniform.max() < 1
    assert stats.kstest(uniform, "uniform").pvalue > 1e-4
    assert stats.kstest(streams.normal(Purpose.READINESS, keys), "norm").pvalue > 1e-4
    assert stats.kstest(streams.exponential(Purpose.READINESS, keys), "expon").pvalue > 1e-4
    neighbours = stats.pearsonr(uniform[1:], uniform[:-1])
    assert abs(neighbours.statistic) < 4 / np.sqrt(keys.size)


def test_a_generator_is_made_anew_from_its_address():
    streams = Streams(5, 2)
    first = streams.of(Purpose.COMPANY_RETURNS, 3).standard_normal(4)
    streams.of(Purpose.COMPANY_RETURNS, 4).standard_normal(100)
    assert (streams.of(Purpose.COMPANY_RETURNS, 3).standard_normal(4) == first).all()
    assert not (Streams(5, 3).of(Purpose.COMPANY_RETURNS, 3).standard_normal(4) == first).any()


def test_addresses_are_the_same_on_every_machine_and_for_ever():
    streams = Streams(20201210, 1)
    found = (streams.draw(Purpose.SIGNAL, 17, 42), streams.order(Purpose.CLOSING_ORDER, 9), key_of_name("Central SOE"))
    assert found == (0.25908160848496525, 714600369, 993374055308042154)


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=8), st.integers(0, 99), st.integers(0, 2**32))
def test_a_handful_of_addresses_gets_the_numbers_that_a_block_gets(keys, round, seed):
    """Few addresses are worked out number by number, many in arrays."""
    streams, block = Streams(seed, 1), np.array([*keys, *range(100)], np.uint64)
    few = np.array(keys, np.uint64)
    for draw in (streams.bits, streams.uniform):
        assert draw(Purpose.SIGNAL, few, round).tolist() == draw(Purpose.SIGNAL, block, round)[: len(keys)].tolist()
        pairs = draw(Purpose.SIGNAL, few[:, None], round, block)
        assert pairs.tolist() == [draw(Purpose.SIGNAL, key, round, block).tolist() for key in keys]
    few_normal, many = streams.normal(Purpose.SIGNAL, few, round), streams.normal(Purpose.SIGNAL, block, round)
    np.testing.assert_allclose(few_normal, many[: len(keys)], rtol=1e-12, atol=1e-14)


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=40), st.integers(0, 2**64 - 1))
def test_an_address_can_be_gone_on_from_for_several_purposes_at_once(keys, last):
    purposes, addresses, other = (Purpose.READINESS, Purpose.TIE), np.array(keys, np.uint64), np.uint64(last)
    streams = Streams(3, 1)
    states = further(streams.starts(*purposes)[:, None], addresses)
    before, bits = states.copy(), further(states, other)
    assert (states == before).all()
    for found, purpose in zip(bits, purposes, strict=True):
        assert found.tolist() == streams.bits(purpose, addresses, last).tolist()
        assert uniform_of(found).tolist() == streams.uniform(purpose, addresses, last).tolist()
        assert normal_of(found).tolist() == streams.normal(purpose, addresses, last).tolist()
