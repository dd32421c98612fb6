"""What a price costs one side and leaves the other, by numbers that can be reckoned by hand."""

import pytest

from sfund_sim.venue.settlement import Fees, SettlementTerms

FEES = Fees(seller_share=0.01, buyer_share=0.02, least_fen=50)
"""The least fee binds below prices of 5,000 fen for the seller, and of 2,500 fen for the buyer."""


@pytest.mark.parametrize(("price", "now", "left"), [(10_000, 1.0, 9_900), (1_000, 1.0, 950), (10_000, 0.9, 8_900),
                                                    (1_000, 0.9, 850)])  # fmt: skip
def test_a_price_leaves_the_seller_what_its_fee_does_not_take_the_least_fee_too(price, now, left):
    assert FEES.leaves(price, now) == pytest.approx(left)
    assert max(FEES.prices_leaving(left, now)) == pytest.approx(price)


@pytest.mark.parametrize(("price", "now", "outlay"), [(10_000, 1.0, 10_200), (1_000, 1.0, 1_050), (10_000, 0.9, 9_200),
                                                      (1_000, 0.9, 950)])  # fmt: skip
def test_a_price_costs_the_buyer_its_fee_too_and_never_less_than_the_least_fee(price, now, outlay):
    assert FEES.outlay(price, now) == pytest.approx(outlay)
    assert min(FEES.prices_within(outlay, now)) == pytest.approx(price)


def test_the_first_payment_is_rounded_to_the_next_fen():
    """30 % of 9 fen are 2.7, of 8 fen 2.4."""
    terms = SettlementTerms(first_share=0.3)
    assert terms.amounts(9) == (3, 6)
    assert terms.amounts(8) == (2, 6)


def test_what_is_paid_later_is_discounted_by_the_mean_length_of_a_year():
    """0.4 + 0.6 / 1.21 ** (365 / 365.25) = 0.4 + 0.6 / 1.209842 = 0.895932."""
    assert SettlementTerms(first_share=0.4, rest_days=365).worth_now(0.21) == pytest.approx(0.895932, abs=1e-6)
