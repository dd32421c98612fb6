"""A06, A10, A15, A17, A19, E02: how many are reached and bid, who of them wins, and what it makes of the price."""

from __future__ import annotations

import numpy as np

from sfund_sim.lab.comparing import Compared
from sfund_sim.lab.families.bidders import (
    CommonBudget,
    CostlyEntry,
    Reach,
    Window,
    common_budget,
    entry_chance,
    jumping_value,
    thinned,
)
from sfund_sim.lab.families.clock import Steps, stepped
from sfund_sim.lab.families.private_values import PAYOFFS, Bidders, in_each_format, sealed_first, sealed_second
from sfund_sim.lab.questions import Exact, Family, Simulated, mean_difference, mean_if_sold, mean_of


def first_and_second(asked: Bidders) -> Compared:
    """The same bidders in a first-price and in a second-price auction."""
    return Compared(first=sealed_first(asked), second=sealed_second(asked))


def both_within_budget(asked: CommonBudget) -> Compared:
    """The same bidders of a common budget in a first-price and in a second-price auction."""
    return Compared(first=common_budget(asked, True), second=common_budget(asked, False))


def whole_budget(asked: CommonBudget) -> float:
    """Chance that somebody's value is so high that it bids its whole budget."""
    return float(1.0 - jumping_value(asked) ** asked.n)


def reached_and_all(asked: Reach) -> Compared:
    """Disclosure to all against disclosure that reaches each with chance q."""
    return Compared(first=thinned(asked.model_copy(update={"q": 1.0})), second=thinned(asked))


def acceptable(asked: Window) -> float:
    """Mean number of qualified investors who came by and would pay the floor."""
    return asked.lam * asked.window * asked.qualify * float(asked.law.survival(np.asarray(asked.floor)))


OPEN = in_each_format(Bidders, {"mean revenue": mean_of("revenue")})
PAYING = in_each_format(Bidders, PAYOFFS)
MORE = mean_difference("first.revenue", "second.revenue")

FAMILIES: dict[str, Family] = {
    "A06": {
        **{name: OPEN[name] for name in ("mean revenue, ascending", "mean revenue, descending")},
        **PAYING,
        "revenue gain of first-price over second-price": Simulated(Bidders, first_and_second, MORE),
        "revenue difference, first-price minus second-price": Simulated(Bidders, first_and_second, MORE),
        "probability of sale": Simulated(Bidders, sealed_second, mean_of("sold"), is_proportion=True),
    },
    "A10": {
        "revenue difference first-price minus second-price, common budget": Simulated(
            CommonBudget, both_within_budget, MORE
        ),
        "P(some bidder bids the budget), first-price": Exact(CommonBudget, whole_budget),
    },
    "A15": {"P(no entry)": Exact(CostlyEntry, lambda asked: (1.0 - entry_chance(asked)) ** asked.N)},
    "A17": {
        "mean number reached": Exact(Reach, lambda asked: asked.n * asked.q),
        "revenue loss from directed disclosure (q<1)": Simulated(Reach, reached_and_all, MORE),
    },
    "A19": {
        "probability that the highest value wins": Simulated(
            Steps, stepped, mean_if_sold("efficient"), is_proportion=True
        ),
        "probability of sale": Simulated(Steps, stepped, mean_of("sold"), is_proportion=True),
    },
    "E02": {"mean number of acceptable bids": Exact(Window, acceptable)},
}
