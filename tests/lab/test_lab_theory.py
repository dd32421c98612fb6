"""What theory is said to say: the wallet game in every format, and a partner who bids."""

import pytest

from sfund_sim.investors.bidding.equilibrium import Equilibrium
from sfund_sim.investors.bidding.information import Wallet
from sfund_sim.investors.laws import Uniform
from sfund_sim.lab.auction import Auction
from sfund_sim.lab.chance import Chance
from sfund_sim.lab.estimate import mean, standard_errors_off
from sfund_sim.lab.lesson import Lesson, auction_table
from sfund_sim.lab.theory import of_auction
from sfund_sim.venue.auctions.ascending import Ascending
from sfund_sim.venue.auctions.first_price import FirstPrice
from sfund_sim.venue.auctions.second_price import SecondPrice
from sfund_sim.venue.disclosure.random import Random
from sfund_sim.venue.floors import FixedFloor


@pytest.mark.parametrize("naive", [False, True])
@pytest.mark.parametrize("format", ["ascending", "descending", "sealed", "second_price"])
def test_the_wallet_game_of_two_has_the_same_theory_open_and_sealed(format, naive):
    lesson = Lesson(format=format, bidders=2, information=Wallet(), naive=naive)
    known = {one.name: one.theory for one in auction_table(lesson, lesson.auction().sample(Chance(1), 100))}
    pays_own = format in ("descending", "sealed")
    expected = (7 / 6 if pays_own else 5 / 6) if naive else 2 / 3
    assert known["price (0 if unsold)"] == pytest.approx(expected)
    assert known["buyer's profit (0 if unsold)"] == pytest.approx(1 - expected)


PARTNERS = [
    {"format": SecondPrice(), "bidders": 1, "qualification": 0.2},
    {"format": SecondPrice(), "bidders": 3, "floor": FixedFloor(value=0.8), "entry": 0.1},
    {"format": SecondPrice(), "bidders": 2, "poisson": True, "floor": FixedFloor(value=0.6)},
    {"format": Ascending(increment=0.1), "bidders": 2, "floor": FixedFloor(value=0.3)},
    {"format": SecondPrice(), "bidders": 2, "budget_law": Uniform(), "floor": FixedFloor(value=0.3)},
    {"format": FirstPrice(), "bidders": 2, "strategy": Equilibrium(law=Uniform(), poisson=False)},
    {"format": SecondPrice(), "bidders": 5, "disclosure": Random(invited=0), "floor": FixedFloor(value=0.5)},
]


@pytest.mark.parametrize("design", PARTNERS, ids=str)
def test_theory_counts_a_partner_who_bids_like_the_others(design):
    auction = Auction(partner="bids", **design)
    columns, known = auction.sample(Chance(9), 40_000), of_auction(auction)
    assert "sold" in known
    assert ("revenue" in known) == (auction.presence() == 1 and not auction.poisson)
    for name, theory in known.items():
        assert abs(standard_errors_off(*mean(columns[name]), theory)) < 4, name
