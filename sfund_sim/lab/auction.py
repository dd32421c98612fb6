"""One listing, sold again and again: the venue's disclosure and auction and the buyers' bids, with nothing around."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.investors.bidding import BiddingStrategy, BidView
from sfund_sim.investors.bidding.equilibrium import Equilibrium
from sfund_sim.investors.bidding.information import InformationModel, Wallet
from sfund_sim.investors.bidding.truthful import Truthful
from sfund_sim.investors.laws import Uniform, ValueLaw
from sfund_sim.lab.chance import Chance, Columns, Deal, Draw, FloatArray, Told, in_blocks
from sfund_sim.venue.auctions import AuctionFormat, BidBook, Clearing
from sfund_sim.venue.disclosure import DisclosureRule
from sfund_sim.venue.disclosure.all_eligible import AllEligible
from sfund_sim.venue.disclosure.random import Random
from sfund_sim.venue.floors import FixedFloor, FloorRule
from sfund_sim.venue.preemption import Preemption

BoolArray = NDArray[np.bool_]


PARTNER = -2
"""Stands for the partner as the owner after it has matched the price; -1 for the seller, who could not sell."""


class Outcomes(Columns):
    """What came of each auction; every column [auctions].

    Kept: ``price`` (NaN when unsold), ``owner`` (row of the final owner), ``surplus`` (worth to the final owner, 0 when
    unsold) and ``best`` (highest worth to anybody); of a stepped clock ``runner_up`` too (what the second would have
    paid, NaN without one). All else follows from these and is worked out when asked for.
    """

    def __missing__(self, name: str) -> FloatArray:
        return DERIVED[name](self).astype(np.float64)


DERIVED: dict[str, Callable[[Columns], NDArray[Any]]] = {
    "sold": lambda kept: ~np.isnan(kept["price"]),
    "unsold": lambda kept: np.isnan(kept["price"]),
    "revenue": lambda kept: np.nan_to_num(kept["price"]),
    "profit": lambda kept: kept["surplus"] - kept["revenue"],
    "taken": lambda kept: kept["owner"] == PARTNER,
    "first_won": lambda kept: kept["owner"] == 0,
    "tied": lambda kept: kept["runner_up"] >= kept["price"],
    "first_profit": lambda kept: kept["profit"] * kept["first_won"],
    "outsiders_profit": lambda kept: kept["profit"] * (kept["owner"] >= 0),
    "efficient": lambda kept: np.where(kept["sold"] > 0, kept["surplus"] >= kept["best"], np.nan),
}
"""Price counted as 0 when unsold, profit of the final owner and of some of them, and whether the best owner has it
(NaN when unsold); ``taken`` is by the partner, ``first`` is the first investor. ``tied``: the last bidders of a stepped
clock left it together, so that the draw decided; one who is left alone pays more than any other would have paid."""


@dataclass(frozen=True, slots=True)
class _People:
    """The investors of a block: what they know, what the share is worth to them, and who of them may bid."""

    signals: FloatArray
    """[investors, auctions] what each bids on: its value, or its signal of a common value."""
    worth: FloatArray
    """[investors, auctions] what the share is worth to each."""
    outsiders: int
    """Rows before the partner's."""
    bidding: BoolArray | None
    """[outsiders, auctions] who bids; None when all do."""


class Auction(BaseModel):
    """The design of one listing and the people it meets."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    format: AuctionFormat
    """Auction format of the venue."""
    strategy: BiddingStrategy = Truthful()
    """Bidding strategy of every buyer."""
    bidders: float = Field(ge=0)
    """Number of investors, or its mean if it is Poisson."""
    poisson: bool = False
    """Is the number of investors drawn anew for each listing?"""
    law: ValueLaw = Uniform()
    """Law of an investor's value."""
    information: InformationModel | None = None
    """If given, the value is the same for all and investors have signals of it."""
    signal_error: float = Field(default=0.0, ge=0)
    """Standard deviation of a log signal's error, for information models that use one."""
    floor: FloorRule = FixedFloor()
    """Floor rule of the seller."""
    appraised: float = Field(default=1.0, ge=0)
    """Appraised value, for floor rules that use it."""
    reservation: float = 0.0
    """Seller's reservation price, for floor rules that use it."""
    budget: float = Field(default=np.inf, ge=0)
    """Most that any investor can pay, known to all."""
    budget_law: ValueLaw | None = None
    """If given, each investor's own budget."""
    qualification: float = Field(default=1.0, ge=0, le=1)
    """Chance that an investor is a qualified one."""
    disclosure: DisclosureRule = AllEligible()
    """Who of the qualified is shown the offer."""
    entry: float = Field(default=1.0, ge=0, le=1)
    """Chance that an investor who is shown the offer looks at it and bids."""
    first_enters: bool = False
    """Does the first investor look at it in any case?"""
    partner: Literal["absent", "bids", "matches"] = "absent"
    """A co-partner with a value of the same law: bids like the others, or may buy at their price instead."""

    @model_validator(mode="after")
    def _consistent(self) -> Auction:
        if not self.poisson and (self.bidders < 1 or self.bidders != int(self.bidders)):
            raise RuleError(
                "the number of bidders must be a whole number, at least 1, unless it is Poisson",
                "除泊松情形外，竞买人数须为不小于 1 的整数",
            )
        if self.information is not None and (self.poisson or self.partner != "absent" or self.presence() < 1):
            raise RuleError(
                "a common value needs a known number of bidders and no partner",
                "共同价值须竞买人数已知，且没有其他合伙人",
            )
        if self.poisson and isinstance(self.disclosure, Random):
            raise RuleError(
                "disclosure to a number of investors needs a known number of them to choose from",
                "向若干投资者披露，须可选的投资者人数已知",
            )
        return self

    @model_validator(mode="after")
    def _bids_are_known(self) -> Auction:
        """Refuse what would be held with bids that are no equilibrium."""
        shown = getattr(self.disclosure, "invited", self.bidders)
        if isinstance(self.information, Wallet) and shown < self.bidders:
            raise RuleError(
                "a sum of all investors' signals needs disclosure to all of them",
                "价值为全体投资者信号之和时，须向全体披露",
            )
        if self.partner != "matches" or self.format.pricing != "first" or not isinstance(self.strategy, Equilibrium):
            return self
        bound = self.budget_law is not None or np.isfinite(self.budget) or self.floor_price() > self.law.low
        if bound or self.poisson or self.presence() < 1 or not isinstance(self.law, Uniform):
            raise RuleError(
                "where a partner may match the winner's own bid, bids are known only for uniform values "
                "and a known number of bidders, without a reserve, budgets, costly entry or a chance of disclosure",
                "其他合伙人可按赢家自己的报价优先购买时，只在价值均匀分布、竞买人数已知，"
                "且没有底价、预算、参与成本与披露概率时才知道如何报价",
            )
        return self

    def floor_price(self, round: int = 0) -> float:
        """Floor of a listing; round 0 is the first."""
        return self.floor.floor(round, self.appraised, self.reservation, False)

    def rivals(self) -> float:
        """How many rivals a bidder may have: known, or the mean of a Poisson number.

        A partner who may match the price counts as a rival: what a bid has won it keeps only if it is above what the
        share is worth to the partner, which has probability F(b), not F(v). A first-price bidder's condition is then
        a / (v - b) = (log G)'(v) / b'(v) + (log F)'(b). Only for uniform values and a known number is it solved by the
        bids against one more bidder; all else is refused. Derived; Bikhchandani, Lippman and Ryan (2005).
        """
        if self.poisson:
            return self.bidders * self.presence()
        shown = float(getattr(self.disclosure, "invited", self.bidders))
        return max(min(self.bidders, shown) - 1.0, 0.0) + (self.partner != "absent")

    def presence(self) -> float:
        """Chance that an investor is qualified, is reached, and looks at the offer."""
        return self.qualification * self.entry * float(getattr(self.disclosure, "probability", 1.0))

    def sample(self, chance: Chance, replications: int, told: Told = lambda done: None) -> Columns:
        """Hold the auction ``replications`` times."""
        return Outcomes(in_blocks(chance, replications, self.hold, told))

    def hold(self, deal: Deal) -> Columns:
        """Hold the auctions of one block at once."""
        people = self._people(deal)
        cleared = self.format.clear(self._book(people, deal))
        return self._outcomes(people, cleared, deal)

    def _people(self, deal: Deal) -> _People:
        rows, number = int(self.bidders), None
        if self.poisson:
            number = deal.of(Draw.NUMBER).poisson(self.bidders, deal.size)
            rows = max(int(number.max()), 1)
        uniforms = deal.uniforms(Draw.VALUES, rows + (self.partner != "absent"))
        if self.information is None:
            signals = worth = self.law.quantile(uniforms)
            if number is not None:
                worth = np.where(_present(rows, number, worth.shape), worth, -np.inf)
        else:
            common = deal.of(Draw.COMMON_VALUE).random(deal.size)
            signals, value = self.information.nature(uniforms, common, self.signal_error)
            worth = np.broadcast_to(value, signals.shape)
        return _People(signals, worth, rows, self._bidding(deal, rows, number))

    def _bidding(self, deal: Deal, rows: int, number: NDArray[np.int64] | None) -> BoolArray | None:
        """Who of the first ``rows`` investors is there, qualified, shown the offer, and willing to look at it."""
        if number is None and self.qualification == 1 and self.entry == 1 and isinstance(self.disclosure, AllEligible):
            return None
        eligible = np.ones((rows, deal.size), np.bool_)
        if number is not None:
            eligible &= _present(rows, number, eligible.shape)
        if self.qualification < 1:
            eligible &= deal.uniforms(Draw.QUALIFICATION, rows) < self.qualification
        level = np.zeros(eligible.shape)
        shown = self.disclosure.choose(eligible, level, level, deal.uniforms(Draw.DISCLOSURE, rows))
        looks = deal.uniforms(Draw.ENTRY, rows) < self.entry
        looks[0] |= self.first_enters
        return shown & looks

    def _book(self, people: _People, deal: Deal) -> BidBook:
        rows = len(people.signals) if self.partner == "bids" else people.outsiders
        signals = people.signals[:rows]
        partner = np.ones((rows - people.outsiders, deal.size), np.bool_)
        present = True if people.bidding is None else np.vstack([people.bidding, partner])
        budget: FloatArray | float = self.budget
        if self.budget_law is not None:
            budget = np.minimum(self.budget_law.quantile(deal.uniforms(Draw.BUDGETS, rows)), self.budget)
        floor = self.floor_price(deal.round)
        bids = np.where(present, self.strategy.known_bids(signals, self._view(signals, present, budget, floor)), np.nan)
        return BidBook(bids, floor, deal.uniforms(Draw.TIES, rows))

    def book_of(self, signals: FloatArray, ties: FloatArray) -> BidBook:
        """What the auction's bidders bid on values (or signals) that are given, when all are there.

        Arrays [investors, auctions]; for an auction without budgets of the bidders' own.
        """
        floor = self.floor_price()
        return BidBook(self.strategy.known_bids(signals, self._view(signals, True, self.budget, floor)), floor, ties)

    def _view(
        self, signals: FloatArray, present: BoolArray | bool, budget: FloatArray | float, floor: float
    ) -> BidView:
        seen = self.information is not None and self.format.manner == "rising"
        return BidView(
            pricing=self.format.pricing,
            floor=floor,
            rivals=self.rivals(),
            budget=budget,
            error=self.signal_error,
            lowest_signal=np.where(present, signals, np.inf).min(axis=0) if seen else None,
            presence=self.presence(),
        )

    def _outcomes(self, people: _People, cleared: Clearing, deal: Deal) -> Columns:
        row = owner = cleared.winner
        if self.partner == "matches":
            partner = people.worth[people.outsiders :]
            taken = Preemption().taker(partner, cleared.price, deal.uniforms(Draw.PARTNER, 1)) >= 0
            row, owner = np.where(taken, people.outsiders, row), np.where(taken, PARTNER, owner)
        worth = people.worth[row, np.arange(deal.size)]
        is_stepped = bool(self.format.step(self.floor_price(deal.round)))
        return Outcomes(
            price=cleared.price,
            owner=owner.astype(np.float64),
            surplus=np.where(row >= 0, worth, 0.0),
            best=np.maximum(people.worth.max(axis=0), 0.0),
            **({"runner_up": cleared.runner_up} if is_stepped else {}),
        )


def _present(rows: int, number: NDArray[np.int64], shape: tuple[int, ...]) -> BoolArray:
    """Which of the first ``rows`` investors are there when their number is drawn; a partner's row always is."""
    row = np.arange(shape[0])[:, None]
    return (row < number) | (row >= rows)
