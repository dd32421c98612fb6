"""The listing market with exact budgets beside the same market as one plain simpy process a listing, in one run."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import numpy as np
import pytest
from house_listings import house_market
from listing_market import Result, Size
from plain_listings import NextNumbers, plain_market

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.streams import Streams
from sfund_sim.terms import Purpose

LEAST = 2.5
SMALL = Size(listings=600, buyers=12, days=1000, capital=20_000_000_000, most_raised=24_000_000_000)


def seconds(deed: Callable[[], object]) -> float:
    """Processor time of a deed."""
    gc.collect()
    began = time.process_time()
    deed()
    return time.process_time() - began


def best_of(times: int, *deeds: Callable[[], object]) -> list[float]:
    """Least time of each deed; they take turns, so that a busy machine hits all of them alike."""
    return [min(taken) for taken in zip(*([seconds(deed) for deed in deeds] for _ in range(times)), strict=True)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_both_ways_of_writing_the_market_come_to_the_same_fen(seed: int) -> None:
    house = house_market(SMALL, Streams(seed, 1)).result()
    assert house.again > 50
    assert house.digest() == plain_market(SMALL, Streams(seed, 1)).result().digest()


def test_no_buyer_ever_promises_more_than_its_cash() -> None:
    """Told anew from the records alone: every bid is its worth or, if that is less, all cash that is still free."""
    found = house_market(SMALL, Streams(4, 1)).result()
    limited = bids_beyond_free_cash(found, SMALL, Streams(4, 1))
    assert limited == 0
    assert (found.bids[:, 4] < found.bids[:, 3]).sum() > 50


def bids_beyond_free_cash(found: Result, size: Size, streams: Streams) -> int:
    """Number of bids that are not the lesser of worth and free cash; checks the cash at the end as well."""
    free, wrong = np.full(size.buyers, size.capital), 0
    payments = np.zeros(size.buyers, np.int64)
    raised = dict(enumerate(size.quarter_ends()))
    by_listing = {number: found.bids[found.bids[:, 0] == number] for number in found.listings[:, 0].tolist()}
    moments = [(day, -1, quarter) for quarter, day in raised.items()]
    moments += [(row[2], streams.order(Purpose.CLOSING_ORDER, row[0]), row[0]) for row in found.listings.tolist()]
    for _, order, number in sorted(moments):
        if order < 0:
            chance = streams.uniform(Purpose.FUNDRAISING, number, np.arange(size.buyers))
            free += (chance * size.most_raised).astype(np.int64)
            continue
        winner, price = found.listings[number, 6:8].tolist()
        buyer, worth, bid = by_listing[number][:, [1, 3, 4]].T
        wrong += int((bid != np.minimum(worth, free[buyer])).sum())
        if winner != MISSING:
            free[winner] -= price
            payments[winner] += price
    assert (free >= 0).all()
    assert free.tolist() == found.cash
    return wrong


@pytest.mark.benchmark
def test_the_listing_market_is_two_and_a_half_times_as_fast_as_a_process_a_listing() -> None:
    size = Size()
    house, plain = house_market(size, Streams(1, 1)).result(), plain_market(size, Streams(1, 1)).result()
    assert house.digest() == plain.digest()
    ours, theirs, unaddressed = best_of(
        5,
        lambda: house_market(size, Streams(1, 1)),
        lambda: plain_market(size, Streams(1, 1)),
        lambda: plain_market(size, NextNumbers(1)),
    )
    sold, alone = (house.listings[:, 6] != MISSING).mean(), house.again / size.listings
    print(f"{size.listings} listings, {sold:.0%} sold, {alone:.0%} of biddings changed by a lack of cash")
    print(f"house {ours:.3f} s, plain simpy {theirs:.3f} s: {theirs / ours:.2f} times as fast")
    print(f"plain simpy without addresses, so with other results, {unaddressed:.3f} s: {unaddressed / ours:.2f} times")
    assert theirs / ours >= LEAST
