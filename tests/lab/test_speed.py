"""How fast the lab is: a lesson redraws while a slider moves."""

from time import process_time

import pytest

from sfund_sim.lab.chance import Chance
from sfund_sim.lab.lesson import Lesson

AUCTIONS = 2_000_000


@pytest.mark.benchmark
@pytest.mark.parametrize("format", ["sealed", "ascending", "second_price"])
def test_two_million_auctions_of_five_bidders_a_second_draws_included(format):
    auction = Lesson(format=format, bidders=5).auction()
    auction.sample(Chance(1), 10_000)
    began = process_time()
    columns = auction.sample(Chance(2), AUCTIONS)
    assert columns["sold"].size / (process_time() - began) > 2_000_000
