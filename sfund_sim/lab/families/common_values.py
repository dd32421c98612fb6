"""A11, A12: auctions of a value that is the same for all, with bidders who think of the winner's curse or do not."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from sfund_sim.investors.bidding.cautious import Cautious
from sfund_sim.investors.bidding.information import InformationModel, UniformError, Wallet
from sfund_sim.investors.bidding.naive import Naive
from sfund_sim.lab.auction import Auction
from sfund_sim.lab.questions import Family, Parameters, Simulated, mean_of
from sfund_sim.venue.auctions import AuctionFormat
from sfund_sim.venue.auctions.ascending import Ascending
from sfund_sim.venue.auctions.first_price import FirstPrice
from sfund_sim.venue.auctions.second_price import SecondPrice


class Wallets(Parameters):
    """n bidders, whose signals add up to the value."""

    n: int = Field(default=2, ge=2)


class UniformErrors(Parameters):
    """n bidders with signals within eps of the value."""

    n: int = Field(ge=2)
    eps: float = Field(gt=0)


def _wallet(format: AuctionFormat, *, naive: bool = False) -> Callable[[Wallets], Auction]:
    return lambda asked: _auction(format, Wallet(), asked.n, naive)


def _errors(format: AuctionFormat, *, naive: bool = False) -> Callable[[UniformErrors], Auction]:
    return lambda asked: _auction(format, UniformError(half_width=asked.eps), asked.n, naive)


def _auction(format: AuctionFormat, information: InformationModel, n: int, naive: bool) -> Auction:
    strategy = Naive(information=information) if naive else Cautious(information=information)
    return Auction(format=format, strategy=strategy, information=information, bidders=n)


REVENUE, PROFIT = mean_of("revenue"), mean_of("profit")

FAMILIES: dict[str, Family] = {
    "A11": {
        "mean revenue second-price": Simulated(Wallets, _wallet(SecondPrice()), REVENUE),
        "mean revenue first-price": Simulated(Wallets, _wallet(FirstPrice()), REVENUE),
        "winner profit second-price": Simulated(Wallets, _wallet(SecondPrice()), PROFIT),
        "winner profit first-price": Simulated(Wallets, _wallet(FirstPrice()), PROFIT),
        "mean revenue, naive second-price bid x+1/2": Simulated(Wallets, _wallet(SecondPrice(), naive=True), REVENUE),
        "winner profit, naive second-price bid x+1/2": Simulated(Wallets, _wallet(SecondPrice(), naive=True), PROFIT),
        "mean revenue, naive first-price bid x+1/2": Simulated(Wallets, _wallet(FirstPrice(), naive=True), REVENUE),
        "winner profit, naive first-price bid x+1/2": Simulated(Wallets, _wallet(FirstPrice(), naive=True), PROFIT),
    },
    "A12": {
        "winner profit first-price": Simulated(UniformErrors, _errors(FirstPrice()), PROFIT),
        "winner profit second-price": Simulated(UniformErrors, _errors(SecondPrice()), PROFIT),
        "winner profit English": Simulated(UniformErrors, _errors(Ascending()), PROFIT),
        "winner profit naive first-price (bid own signal)": Simulated(
            UniformErrors, _errors(FirstPrice(), naive=True), PROFIT
        ),
    },
}
