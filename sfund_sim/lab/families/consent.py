"""E04, E05: partners who must agree to an extension, and a partner who may buy first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from pydantic import Field

from sfund_sim.funds.extension import ExtensionRule
from sfund_sim.funds.extension.at_least import AtLeast
from sfund_sim.funds.extension.gp_alone import GpAlone
from sfund_sim.funds.extension.unanimous import Unanimous
from sfund_sim.investors.bidding import BidView
from sfund_sim.investors.bidding.equilibrium import Equilibrium
from sfund_sim.investors.entry import entry_probability, surplus_of_entrant
from sfund_sim.lab.auction import Auction
from sfund_sim.lab.chance import Columns
from sfund_sim.lab.comparing import Compared
from sfund_sim.lab.estimate import Estimate, mean
from sfund_sim.lab.questions import (
    Exact,
    Family,
    Parameters,
    Simulated,
    WithLaw,
    mean_difference,
    mean_of,
    share_where,
    variance_of,
)
from sfund_sim.lab.votes import MOST_VOTES, Extension, Extensions, chance_carried
from sfund_sim.venue.auctions.first_price import FirstPrice
from sfund_sim.venue.auctions.second_price import SecondPrice


class Partners(Parameters):
    """n partners, each of whom refuses with probability p."""

    n: int = Field(ge=1, le=1000)
    p: float = Field(ge=0, le=1)


class Threshold(Partners):
    """The same, of whom m must agree."""

    m: int = Field(ge=0)


class SoOften(Partners):
    """The same: is the term extended at least k times running?"""

    k: int = Field(ge=0, le=MOST_VOTES)


class SoOftenByThreshold(Threshold):
    """The same where m must agree."""

    k: int = Field(ge=0, le=MOST_VOTES)


class Outsiders(WithLaw):
    """n outsiders bid; one partner may match."""

    n_outsiders: int = Field(ge=1)


class OutsidersBid(Outsiders):
    """One of them, of value v."""

    v: float


class OutsidersEntry(WithLaw):
    """N outsiders who must pay to look at the share."""

    N: int = Field(ge=1)
    cost: float = Field(ge=0)


class Entrant(OutsidersEntry):
    """One who enters while each of the others does so with probability p."""

    p: float = Field(ge=0, le=1)


Partner = Literal["bids", "matches"]


def single_vote(asked: Partners) -> Extension:
    """One vote, in which all must agree or m."""
    rule = needing(asked.m) if isinstance(asked, Threshold) else Unanimous()
    return Extension(rule=rule, partners=asked.n, refusal=asked.p)


def unanimity(asked: Partners) -> Extensions:
    """Yearly votes in which one refusal blocks."""
    return Extensions(rule=Unanimous(), partners=asked.n, refusal=asked.p)


def qualified(asked: Threshold) -> Extensions:
    """Yearly votes in which m must agree."""
    return Extensions(rule=needing(asked.m), partners=asked.n, refusal=asked.p)


def needing(consents: int) -> ExtensionRule:
    """The rule that so many partners must agree; where none must, the manager decides alone."""
    return AtLeast(partners=consents) if consents else GpAlone()


def with_and_without_right(asked: Outsiders) -> Compared:
    """The partner bids like everybody, against: the partner matches."""
    return Compared(first=_among(asked, "bids"), second=_among(asked, "matches"))


def _among(asked: Outsiders, partner: Partner) -> Auction:
    return Auction(format=SecondPrice(), bidders=asked.n_outsiders, law=asked.law, partner=partner)


def quoting_once(partner: Partner) -> Callable[[Outsiders], Auction]:
    """Outsiders quote once; the partner does too, or may match the best quote."""
    return lambda asked: Auction(
        format=FirstPrice(),
        strategy=Equilibrium(law=asked.law, poisson=False),
        bidders=asked.n_outsiders,
        law=asked.law,
        partner=partner,
    )


def outsiders_bid(asked: OutsidersBid) -> float:
    """What an outsider of value v quotes where the partner may match the best quote."""
    auction = quoting_once("matches")(asked)
    return float(auction.strategy.bids(np.array([asked.v]), BidView("first", rivals=auction.rivals()))[0])


def quoted_profit(columns: Columns, asked: Outsiders) -> Estimate:
    """Mean profit of one outsider where the winner pays its own quote."""
    return mean(columns["outsiders_profit"] / asked.n_outsiders)


def chance_of_entry(partner: Partner) -> Callable[[OutsidersEntry], float]:
    """Largest equilibrium chance of entry; a partner who bids is one more rival to each entrant."""

    def chance(asked: OutsidersEntry) -> float:
        if partner == "matches":
            return entry_probability(surplus_of_entrant(asked.law, asked.N, preemption=True), asked.cost)
        return entry_probability(surplus_of_entrant(asked.law, asked.N + 1)[1:], asked.cost)

    return chance


def entered(partner: Partner) -> Callable[[Entrant], Auction]:
    """The auction that an entrant meets."""
    return lambda asked: Auction(
        format=SecondPrice(), bidders=asked.N, law=asked.law, entry=asked.p, first_enters=True, partner=partner
    )


def profit_each(columns: Columns, asked: Outsiders) -> Estimate:
    """Mean profit of one outsider under the right."""
    return mean(columns["second.outsiders_profit"] / asked.n_outsiders)


def profit_each_without(columns: Columns, asked: Outsiders) -> Estimate:
    """Mean profit of one outsider where the partner bids like everybody."""
    return mean(columns["first.profit"] * (columns["first.owner"] < asked.n_outsiders) / asked.n_outsiders)


def holders_profit(columns: Columns, _: Outsiders) -> Estimate:
    """Mean profit of the partner who has the right."""
    return mean(columns["second.profit"] * columns["second.taken"])


def holders_profit_without(columns: Columns, asked: Outsiders) -> Estimate:
    """Mean profit of the partner who bids like everybody, and stands in the row after the outsiders'."""
    return mean(columns["first.profit"] * (columns["first.owner"] == asked.n_outsiders))


def chance_of_k(asked: SoOften) -> float:
    """Chance that k votes running are carried."""
    return chance_carried(Unanimous(), asked.n, asked.p) ** asked.k


FIRST_PROFIT = mean_of("first_profit")
EXTENSIONS = variance_of("extensions")
AT_LEAST = share_where(lambda columns, asked: columns["extensions"] >= asked.k)
BLOCKED = share_where(lambda columns, _: columns["carried"] == 0)
EXACTLY = share_where(lambda columns, asked: columns["extensions"] == asked.k)

FAMILIES: dict[str, Family] = {
    "E04": {
        "P(unanimous consent)": Simulated(Partners, single_vote, mean_of("carried"), is_proportion=True),
        "P(at least one refusal)": Simulated(Partners, single_vote, BLOCKED, is_proportion=True),
        "P(fewer than m consent)": Simulated(Threshold, single_vote, BLOCKED, is_proportion=True),
        "mean number of consecutive extensions": Simulated(Partners, unanimity, mean_of("extensions")),
        "mean number of consecutive extensions, at least m consent": Simulated(
            Threshold, qualified, mean_of("extensions")
        ),
        "variance of number of consecutive extensions": Simulated(Partners, unanimity, EXTENSIONS),
        "variance of number of consecutive extensions, at least m consent": Simulated(Threshold, qualified, EXTENSIONS),
        "P(at least k consecutive extensions)": Simulated(
            SoOften, unanimity, AT_LEAST, is_proportion=True, computed=chance_of_k
        ),
        "P(exactly k consecutive extensions)": Simulated(SoOften, unanimity, EXACTLY, is_proportion=True),
        "P(at least k consecutive extensions), at least m consent": Simulated(
            SoOftenByThreshold, qualified, AT_LEAST, is_proportion=True
        ),
        "P(exactly k consecutive extensions), at least m consent": Simulated(
            SoOftenByThreshold, qualified, EXACTLY, is_proportion=True
        ),
        "P(at least m consent)": Simulated(Threshold, single_vote, mean_of("carried"), is_proportion=True),
    },
    "E05": {
        "mean seller loss from ROFR": Simulated(
            Outsiders, with_and_without_right, mean_difference("first.revenue", "second.revenue")
        ),
        "P(holder exercises)": Simulated(
            Outsiders, with_and_without_right, mean_of("second.taken"), is_proportion=True
        ),
        "mean surplus loss": Simulated(
            Outsiders, with_and_without_right, mean_difference("first.surplus", "second.surplus")
        ),
        "mean surplus per outsider with ROFR": Simulated(Outsiders, with_and_without_right, profit_each),
        "mean surplus per outsider WITHOUT ROFR": Simulated(Outsiders, with_and_without_right, profit_each_without),
        "mean surplus of the holder with ROFR": Simulated(Outsiders, with_and_without_right, holders_profit),
        "mean surplus of the holder WITHOUT ROFR": Simulated(Outsiders, with_and_without_right, holders_profit_without),
        "mean revenue with ROFR": Simulated(Outsiders, with_and_without_right, mean_of("second.revenue")),
        "mean revenue WITHOUT ROFR": Simulated(Outsiders, with_and_without_right, mean_of("first.revenue")),
        "mean price, first-price with ROFR, 1 outsider": Simulated(
            Outsiders, quoting_once("matches"), mean_of("revenue")
        ),
        "mean price, first-price WITHOUT ROFR": Simulated(Outsiders, quoting_once("bids"), mean_of("revenue")),
        "mean price, first-price with ROFR": Simulated(Outsiders, quoting_once("matches"), mean_of("revenue")),
        "equilibrium bid b(v), first-price with ROFR": Exact(OutsidersBid, outsiders_bid),
        "P(holder exercises), first-price": Simulated(
            Outsiders, quoting_once("matches"), mean_of("taken"), is_proportion=True
        ),
        "mean surplus per outsider with ROFR, first-price": Simulated(
            Outsiders, quoting_once("matches"), quoted_profit
        ),
        "outsider entry probability WITHOUT ROFR": Exact(OutsidersEntry, chance_of_entry("bids")),
        "outsider entry probability WITH ROFR (largest root)": Exact(OutsidersEntry, chance_of_entry("matches")),
        "entrant's surplus at that entry prob WITHOUT ROFR (=cost when p<1)": Simulated(
            Entrant, entered("bids"), FIRST_PROFIT
        ),
        "entrant's surplus at that entry prob WITH ROFR (=cost)": Simulated(Entrant, entered("matches"), FIRST_PROFIT),
    },
}
