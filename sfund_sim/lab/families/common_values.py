"""A11, A12: auctions of a value that is the same for all, with bidders who think of the winner's curse or do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import Field

from sfund_sim.investors.bidding import BidView
from sfund_sim.investors.bidding.cautious import Cautious
from sfund_sim.investors.bidding.information import InformationModel, UniformError, Wallet
from sfund_sim.investors.bidding.naive import Naive
from sfund_sim.lab.auction import Auction
from sfund_sim.lab.chance import Columns
from sfund_sim.lab.comparing import Compared, Mixed
from sfund_sim.lab.estimate import Estimate, mean
from sfund_sim.lab.questions import Exact, Family, Parameters, Simulated, mean_difference, mean_of, share_where
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


class WalletSignal(Wallets):
    """One of them, with signal x."""

    x: float = Field(ge=0, le=1)


class ErringSignal(UniformErrors):
    """One of them, with signal x."""

    x: float


class KnownMean(UniformErrors):
    """The same, where the value is known to be ``mean_value`` on average; how wide its law is does not matter."""

    mean_value: float


def _wallet(format: AuctionFormat, *, naive: bool = False) -> Callable[[Wallets], Auction]:
    return lambda asked: _auction(format, Wallet(), asked.n, naive)


def sealed_wallets(asked: Wallets) -> Mixed:
    """Bidders who think of the winner's curse, in both sealed formats: signals that are independent pay alike."""
    return Mixed(designs=tuple(_wallet(held)(asked) for held in SEALED.values()))


def alike(column: str) -> Callable[[Columns, Any], Estimate]:
    """Estimator: a mean that is the same in both formats, which its spread is not; so it is no ``MeanOf``."""
    return lambda columns, _: mean(columns[column])


def _errors(format: AuctionFormat, *, naive: bool = False) -> Callable[[UniformErrors], Auction]:
    return lambda asked: _auction(format, UniformError(half_width=asked.eps), asked.n, naive)


def _auction(format: AuctionFormat, information: InformationModel, n: int, naive: bool) -> Auction:
    strategy = Naive(information=information) if naive else Cautious(information=information)
    return Auction(format=format, strategy=strategy, information=information, bidders=n)


class Pair(Wallets):
    """Two of them, neither of whom sees the other leave before all is over."""

    n: int = Field(default=2, ge=2, le=2)


def _compared(dearer: AuctionFormat, other: AuctionFormat) -> Callable[[UniformErrors], Compared]:
    return lambda asked: Compared(first=_errors(dearer)(asked), second=_errors(other)(asked))


def revenue_less_value(columns: Columns, _: Any) -> Estimate:
    """What the seller gets less what the share is worth: the winner's profit is the seller's loss."""
    return mean(-columns["profit"])


def revenue(columns: Columns, asked: KnownMean) -> Estimate:
    """Mean price: profits do not depend on where the value lies."""
    return mean(asked.mean_value - columns["profit"])


def bids_on(parameters: type[WalletSignal | ErringSignal], world: Callable[..., Callable[[Any], Auction]]) -> Family:
    """The bid on signal x in each sealed format, by the strategy that its auction is held with."""

    def question(format: AuctionFormat, *, naive: bool) -> Exact:
        def bid(asked: Any) -> float:
            auction = world(format, naive=naive)(asked)
            bids = auction.strategy.bids(np.array([asked.x]), BidView(format.pricing, rivals=auction.rivals()))
            return float(bids[0])

        return Exact(parameters, bid)

    return {
        f"{which} bid b(x), {name}": question(held, naive=naive)
        for name, held in SEALED.items()
        for which, naive in (("equilibrium", False), ("naive", True))
    }


LOSES = share_where(lambda columns, _: columns["profit"] < 0)
REVENUE, PROFIT, DEARER = mean_of("revenue"), mean_of("profit"), mean_difference("first.revenue", "second.revenue")
SEALED: dict[str, AuctionFormat] = {"first-price": FirstPrice(), "second-price": SecondPrice()}
FORMATS: dict[str, AuctionFormat] = {**SEALED, "English": Ascending()}

FAMILIES: dict[str, Family] = {
    "A11": {
        **bids_on(WalletSignal, _wallet),
        **{
            f"P(winner loses), {name}": Simulated(Wallets, _wallet(held), LOSES, is_proportion=True)
            for name, held in SEALED.items()
        },
        **{
            f"P(winner loses), naive {name} bid x+1/2": Simulated(
                Wallets, _wallet(held, naive=True), LOSES, is_proportion=True
            )
            for name, held in SEALED.items()
        },
        "mean revenue": Simulated(Wallets, sealed_wallets, alike("revenue")),
        "winner profit": Simulated(Wallets, sealed_wallets, alike("profit")),
        "mean revenue second-price": Simulated(Wallets, _wallet(SecondPrice()), REVENUE),
        "mean revenue first-price": Simulated(Wallets, _wallet(FirstPrice()), REVENUE),
        "winner profit second-price": Simulated(Wallets, _wallet(SecondPrice()), PROFIT),
        "mean revenue English": Simulated(Pair, _wallet(Ascending()), REVENUE),
        "winner profit English": Simulated(Pair, _wallet(Ascending()), PROFIT),
        "winner profit first-price": Simulated(Wallets, _wallet(FirstPrice()), PROFIT),
        "mean revenue, naive second-price bid x+1/2": Simulated(Wallets, _wallet(SecondPrice(), naive=True), REVENUE),
        "winner profit, naive second-price bid x+1/2": Simulated(Wallets, _wallet(SecondPrice(), naive=True), PROFIT),
        "mean revenue, naive first-price bid x+1/2": Simulated(Wallets, _wallet(FirstPrice(), naive=True), REVENUE),
        "winner profit, naive first-price bid x+1/2": Simulated(Wallets, _wallet(FirstPrice(), naive=True), PROFIT),
    },
    "A12": {
        **bids_on(ErringSignal, _errors),
        **{
            f"P(winner loses), {name}": Simulated(UniformErrors, _errors(held), LOSES, is_proportion=True)
            for name, held in FORMATS.items()
        },
        **{
            f"P(winner loses), naive {name} (bid own signal)": Simulated(
                UniformErrors, _errors(held, naive=True), LOSES, is_proportion=True
            )
            for name, held in SEALED.items()
        },
        **{f"mean revenue {name}": Simulated(KnownMean, _errors(held), revenue) for name, held in FORMATS.items()},
        **{
            f"mean revenue less common value, {name}": Simulated(UniformErrors, _errors(held), revenue_less_value)
            for name, held in FORMATS.items()
        },
        "mean revenue, English minus second-price": Simulated(
            UniformErrors, _compared(Ascending(), SecondPrice()), DEARER
        ),
        "mean revenue, English minus first-price": Simulated(
            UniformErrors, _compared(Ascending(), FirstPrice()), DEARER
        ),
        "mean revenue, second-price minus first-price": Simulated(
            UniformErrors, _compared(SecondPrice(), FirstPrice()), DEARER
        ),
        "winner profit naive second-price (bid own signal)": Simulated(
            UniformErrors, _errors(SecondPrice(), naive=True), PROFIT
        ),
        "winner profit first-price": Simulated(UniformErrors, _errors(FirstPrice()), PROFIT),
        "winner profit second-price": Simulated(UniformErrors, _errors(SecondPrice()), PROFIT),
        "winner profit English": Simulated(UniformErrors, _errors(Ascending()), PROFIT),
        "winner profit naive first-price (bid own signal)": Simulated(
            UniformErrors, _errors(FirstPrice(), naive=True), PROFIT
        ),
    },
}
