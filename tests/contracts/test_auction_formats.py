"""What every auction format owes the market, whichever file it stands in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from made_parts import made

from sfund_sim.venue.auctions import AuctionFormat, BidBook
from sfund_sim.venue.auctions.session import AuctionSession, play

FORMATS = [made(member) for member in AuctionFormat.members.values()]
STEPPED = [AuctionFormat.members["ascending"](increment=step) for step in (0.05, 0.25, 7.0)]
every_format = pytest.mark.parametrize("rule", [*FORMATS, *STEPPED], ids=repr)

AMOUNTS = st.one_of(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0, float("nan")]), st.floats(0.0, 2.0))


@st.composite
def books(draw):
    bidders, auctions = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    shape = (bidders, auctions)
    bids = draw(arrays(np.float64, shape, elements=AMOUNTS))
    floor = draw(arrays(np.float64, auctions, elements=st.sampled_from([0.0, 0.25, 0.5, 0.6])))
    ties = np.random.default_rng(draw(st.integers(0, 1000))).random(shape)
    return BidBook(bids, floor, ties, terms=np.random.default_rng(1).random(shape))


def acceptable(book):
    return np.where(book.bids >= book.floor, book.bids, np.nan)


@every_format
@given(book=books())
@settings(max_examples=40)
def test_nothing_sells_below_the_floor_and_nobody_pays_more_than_its_bid(rule, book):
    result = rule.clear(book)
    sold = result.winner >= 0
    own = book.bids[result.winner, np.arange(book.bids.shape[1])][sold]
    assert np.array_equal(sold, np.isfinite(acceptable(book)).any(axis=0))
    assert np.all(result.price[sold] >= np.broadcast_to(book.floor, sold.shape)[sold])
    assert np.all(result.price[sold] <= own)
    assert np.all(np.isnan(result.price[~sold]))


@every_format
@given(book=books())
@settings(max_examples=40)
def test_the_winner_has_a_best_score_and_the_runner_up_is_the_best_of_the_others(rule, book):
    result = rule.clear(book)
    for auction in np.flatnonzero(result.winner >= 0):
        ok = acceptable(book)[:, auction]
        others = np.delete(ok, result.winner[auction])
        expected = np.nanmax(others) if np.isfinite(others).any() else np.nan
        assert np.array_equal(result.runner_up[auction], expected, equal_nan=True)
        step = float(rule.step(book.floor[auction]))
        if rule.kind != "weighted_tender":
            assert ok[result.winner[auction]] >= np.nanmax(ok) - step


@every_format
@given(book=books())
@settings(max_examples=60)
def test_the_state_machine_and_the_vectorised_clearing_agree(rule, book):
    result = rule.clear(book)
    for auction in range(book.bids.shape[1]):
        ties = dict(enumerate(book.ties[:, auction]))
        session = AuctionSession(rule, float(book.floor[auction]), ties)
        played = play(session, book.bids[:, auction].tolist(), book.terms[:, auction].tolist())
        assert (-1 if played.winner is None else played.winner) == result.winner[auction]
        assert played.price == pytest.approx(result.price[auction], rel=1e-9, abs=1e-12, nan_ok=True)


@every_format
@given(book=books(), seed=st.integers(0, 100))
@settings(max_examples=25)
def test_relabelling_the_bidders_changes_nothing_but_the_winners_label(rule, book, seed):
    order = np.random.default_rng(seed).permutation(len(book.bids))
    moved = rule.clear(BidBook(book.bids[order], book.floor, book.ties[order], book.terms[order]))
    plain = rule.clear(book)
    assert np.array_equal(moved.price, plain.price, equal_nan=True)
    assert np.array_equal(np.where(moved.winner >= 0, order[moved.winner], -1), plain.winner)


@pytest.mark.parametrize("rule", [*FORMATS, AuctionFormat.members["ascending"](increment_share=0.1)], ids=repr)
@given(book=books(), power=st.integers(-20, 20))
@settings(max_examples=25)
def test_prices_scale_with_the_money_and_winners_do_not(rule, book, power):
    factor = 2.0**power
    scaled = rule.clear(BidBook(book.bids * factor, book.floor * factor, book.ties, book.terms))
    plain = rule.clear(book)
    assert np.array_equal(scaled.winner, plain.winner)
    assert np.allclose(scaled.price, plain.price * factor, rtol=1e-12, equal_nan=True)


@every_format
def test_equal_bids_win_equally_often(rule):
    rng, bidders, auctions = np.random.default_rng(5), 4, 40_000
    result = rule.clear(BidBook(np.ones((bidders, auctions)), 0.5, rng.random((bidders, auctions))))
    wins = np.bincount(result.winner, minlength=bidders)
    chi_square = float(((wins - auctions / bidders) ** 2 / (auctions / bidders)).sum())
    assert chi_square < 21.1, "beyond the 99.99 % quantile with 3 degrees of freedom"


@pytest.mark.parametrize("rule", FORMATS, ids=repr)
@given(book=books(), extra=st.floats(0, 2))
@settings(max_examples=25)
def test_one_more_bidder_never_lowers_a_second_price_and_a_higher_floor_never_sells_more(rule, book, extra):
    plain = rule.clear(book)
    more = BidBook(
        np.vstack([book.bids, np.full(book.bids.shape[1], extra)]), book.floor, np.vstack([book.ties, book.ties[:1]])
    )
    if rule.pricing == "second":
        before, after = plain.price, rule.clear(more).price
        assert np.all(np.isnan(before) | (after >= before))
    higher = rule.clear(BidBook(book.bids, book.floor + 0.1, book.ties, book.terms))
    assert np.all((higher.winner < 0) | (plain.winner >= 0))


@every_format
def test_a_bid_at_the_floor_is_accepted(rule):
    result = rule.clear(BidBook(np.array([[0.5], [np.nan]]), 0.5, np.full((2, 1), 0.5)))
    assert result.winner[0] == 0
    assert result.price[0] == 0.5
    assert np.isnan(result.runner_up[0])


@every_format
def test_it_survives_a_round_trip_through_its_description(rule):
    assert type(rule).model_validate(rule.model_dump()) == rule
    assert "Source:" in (type(rule).__doc__ or "")
