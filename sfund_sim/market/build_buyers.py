"""From a scenario and a replication's chance to the buyers, kind by kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.calendar import DAYS_A_YEAR
from sfund_sim.ground.money import to_fen
from sfund_sim.ground.streams import Streams
from sfund_sim.market.buyers import LEAST_IRR, Buyers
from sfund_sim.market.quarter_clock import QuarterClock
from sfund_sim.market.world import Floats, Ints
from sfund_sim.scenario.model import Scenario
from sfund_sim.scenario.population import BuyerMix
from sfund_sim.terms import BuyerKind, Purpose, Strategy

KEYS_A_KIND = 1_000_000
TRAITS = 7
"""Draws of a buyer, by number: the address of a draw in the random streams."""


class _Kinds:
    """The kinds of buyers by their codes, and what is told of a kind for each of its buyers [buyers]."""

    def __init__(self, scenario: Scenario) -> None:
        self.names = sorted(scenario.population.buyers, key=lambda name: int(BuyerKind.of(name)))
        self.mixes = [scenario.population.buyers[name] for name in self.names]
        self.counts = np.array([mix.count for mix in self.mixes], np.int64)

    def each(self, of_kinds: Sequence[Any], dtype: type[Any] = np.float64) -> NDArray[Any]:
        """One thing a kind."""
        return np.array(of_kinds, dtype).repeat(self.counts, axis=0)

    def of_mix(self, field: str, dtype: type[Any] = np.float64) -> NDArray[Any]:
        """A field of the kind's mix."""
        return self.each([getattr(mix, field) for mix in self.mixes], dtype)

    def numbers(self) -> Ints:
        """Number of each buyer among those of its kind."""
        return np.arange(self.counts.sum()) - (self.counts.cumsum() - self.counts).repeat(self.counts)

    def buyers(self) -> list[str]:
        """Names of buyers."""
        return [
            f"{name}_{i + 1:03d}" for name, mix in zip(self.names, self.mixes, strict=True) for i in range(mix.count)
        ]


def build_buyers(scenario: Scenario, streams: Streams, clock: QuarterClock) -> Buyers:
    """Draw all buyers, kind by kind; a buyer's traits depend on its kind and number only, not on the other kinds."""
    kinds = _Kinds(scenario)
    each, of_mix, mixes = kinds.each, kinds.of_mix, kinds.mixes
    kind = each([int(BuyerKind.of(name)) for name in kinds.names], np.int64)
    keys, traits = KEYS_A_KIND * (kind + 1) + kinds.numbers(), np.arange(TRAITS)[:, None]
    uniform = streams.uniform(Purpose.BUYER_TRAITS, keys[None, :], traits)
    normal = streams.normal(Purpose.BUYER_TRAITS, keys[None, :], traits)
    log_sd, strategies = of_mix("capital_log_sd"), [mix.bidding for mix in mixes]
    wants = [[strategy.label in mix.strategies for strategy in Strategy] for mix in mixes]
    quarters = np.arange(clock.first_live, clock.count)[:, None]
    return Buyers(
        key=keys.astype(np.uint64),
        names=kinds.buyers(),
        kind=kind,
        founded=_founding_days(scenario, mixes, uniform[1], uniform[2]),
        capital=to_fen(of_mix("mean_capital_cny") * np.exp(log_sd * normal[0] - 0.5 * log_sd**2)),
        raising_rate=of_mix("raising_rate"),
        raising_response=of_mix("raising_response"),
        reinvest_share=of_mix("reinvest_share"),
        required_irr=np.maximum(of_mix("required_irr") + of_mix("required_irr_sd") * normal[3], LEAST_IRR),
        ticket_min=to_fen(of_mix("ticket_min_cny")),
        ticket_max=to_fen(of_mix("ticket_max_cny")),
        concentration_share=of_mix("concentration_share"),
        wants_strategy=each(wants, np.bool_).reshape(-1, len(Strategy)),
        age_min=(of_mix("age_min_years") * DAYS_A_YEAR).astype(np.int64),
        age_max=(of_mix("age_max_years") * DAYS_A_YEAR).astype(np.int64),
        state_gp_only=uniform[4] < of_mix("state_gp_only_share"),
        slots=of_mix("due_diligence_slots", np.int64),
        readiness_days=of_mix("due_diligence_days"),
        readiness_log_sd=of_mix("due_diligence_log_sd"),
        diligence_cost=to_fen(of_mix("due_diligence_cost_cny")),
        engagement=of_mix("engagement_probability"),
        signal_log_sd=of_mix("signal_log_sd"),
        cost_cap=each([np.inf if mix.cost_cap is None else mix.cost_cap for mix in mixes]),
        institution=of_mix("institution", np.bool_),
        net_assets=to_fen(of_mix("net_assets_cny") * np.exp(log_sd * normal[5])),
        financial_assets=to_fen(of_mix("financial_assets_cny") * np.exp(log_sd * normal[6])),
        # Kinds that bid alike have one number: their bids are worked out together.
        bidding=each([strategies.index(strategy) for strategy in strategies], np.int64),
        lumps=streams.exponential(Purpose.FUNDRAISING, keys[None, :], quarters),
    )


def _founding_days(scenario: Scenario, mixes: list[BuyerMix], year_draw: Floats, day_draw: Floats) -> Ints:
    """Founding day: a year by the kind's weights, any day of it alike."""
    firsts, start = np.zeros(year_draw.size, np.int64), 0
    for mix in (each for each in mixes if each.count):
        years, own = sorted(mix.founded_years), slice(start, start + mix.count)
        edges = np.cumsum([mix.founded_years[year] for year in years])
        place = np.minimum(np.searchsorted(edges / edges[-1], year_draw[own], side="right"), len(years) - 1)
        firsts[own] = np.array([(date(year, 1, 1) - scenario.horizon.start).days for year in years])[place]
        start = own.stop
    return firsts + (day_draw * 365).astype(np.int64)
