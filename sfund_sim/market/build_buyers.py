"""From a scenario and a replication's chance to the buyers, kind by kind."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from sfund_sim.ground.calendar import DAYS_A_YEAR
from sfund_sim.ground.money import to_fen
from sfund_sim.ground.streams import Streams
from sfund_sim.market.buyers import Buyers
from sfund_sim.market.quarter_clock import QuarterClock
from sfund_sim.market.world import Floats
from sfund_sim.scenario.model import Scenario
from sfund_sim.scenario.population import BuyerMix
from sfund_sim.terms import BuyerKind, Purpose, Strategy

KEYS_A_KIND = 1_000_000
TRAITS = 7
"""Draws of a buyer, by number: the address of a draw in the random streams."""


def build_buyers(scenario: Scenario, streams: Streams, clock: QuarterClock) -> Buyers:
    """Draw all buyers; a buyer's traits depend on its kind and number only, not on the other kinds."""
    kinds = sorted(scenario.population.buyers, key=lambda name: int(BuyerKind.of(name)))
    strategies = [scenario.population.buyers[name].bidding for name in kinds]
    # Kinds that bid alike have one number: their bids are worked out together.
    parts = [
        _of_kind(scenario, streams, int(BuyerKind.of(name)), strategies.index(strategy))
        for name, strategy in zip(kinds, strategies, strict=True)
        if scenario.population.buyers[name].count
    ]
    if not parts:
        parts = [_nobody()]
    joined: dict[str, Any] = {
        field: np.concatenate([part[field] for part in parts]) for field in parts[0] if field != "names"
    }
    quarters = np.arange(clock.first_live, clock.count)[:, None]
    lumps = streams.exponential(Purpose.FUNDRAISING, joined["key"][None, :], quarters)
    return Buyers(names=[name for part in parts for name in part["names"]], lumps=lumps, **joined)


def _of_kind(scenario: Scenario, streams: Streams, kind: int, number: int) -> dict[str, Any]:
    label = BuyerKind(kind).label
    mix: BuyerMix = scenario.population.buyers[label]  # type: ignore[index]
    count = mix.count
    keys = KEYS_A_KIND * (kind + 1) + np.arange(count)

    traits = np.arange(TRAITS)[:, None]
    uniform = streams.uniform(Purpose.BUYER_TRAITS, keys[None, :], traits)
    normal = streams.normal(Purpose.BUYER_TRAITS, keys[None, :], traits)
    wealth = np.exp(mix.capital_log_sd * normal[0] - 0.5 * mix.capital_log_sd**2)
    capital = to_fen(mix.mean_capital_cny * wealth)
    wants = np.zeros((count, len(Strategy)), bool)
    wants[:, [int(Strategy.of(name)) for name in mix.strategies]] = True
    return {
        "key": keys.astype(np.uint64),
        "names": [f"{label}_{i + 1:03d}" for i in range(count)],
        "kind": np.full(count, kind),
        "founded": _founding_days(scenario, mix, uniform[1], uniform[2]),
        "capital": capital,
        "raising_rate": np.full(count, mix.raising_rate),
        "raising_response": np.full(count, mix.raising_response),
        "reinvest_share": np.full(count, mix.reinvest_share),
        "required_irr": np.maximum(mix.required_irr + mix.required_irr_sd * normal[3], 0.005),
        "ticket_min": np.full(count, int(to_fen(mix.ticket_min_cny))),
        "ticket_max": np.full(count, int(to_fen(mix.ticket_max_cny))),
        "concentration_share": np.full(count, mix.concentration_share),
        "wants_strategy": wants,
        "age_min": np.full(count, int(mix.age_min_years * DAYS_A_YEAR)),
        "age_max": np.full(count, int(mix.age_max_years * DAYS_A_YEAR)),
        "state_gp_only": uniform[4] < mix.state_gp_only_share,
        "slots": np.full(count, mix.due_diligence_slots),
        "readiness_days": np.full(count, float(mix.due_diligence_days)),
        "readiness_log_sd": np.full(count, mix.due_diligence_log_sd),
        "diligence_cost": np.full(count, int(to_fen(mix.due_diligence_cost_cny))),
        "engagement": np.full(count, mix.engagement_probability),
        "signal_log_sd": np.full(count, mix.signal_log_sd),
        "cost_cap": np.full(count, np.inf if mix.cost_cap is None else mix.cost_cap),
        "institution": np.full(count, mix.institution),
        "net_assets": to_fen(mix.net_assets_cny * np.exp(mix.capital_log_sd * normal[5])),
        "financial_assets": to_fen(mix.financial_assets_cny * np.exp(mix.capital_log_sd * normal[6])),
        "bidding": np.full(count, number),
    }


def _founding_days(scenario: Scenario, mix: BuyerMix, year_draw: Floats, day_draw: Floats) -> Any:
    years = sorted(mix.founded_years)
    edges = np.cumsum([mix.founded_years[year] for year in years])
    place = np.minimum(np.searchsorted(edges / edges[-1], year_draw, side="right"), len(years) - 1)
    firsts = np.array([(date(year, 1, 1) - scenario.horizon.start).days for year in years])
    return firsts[place] + (day_draw * 365).astype(np.int64)


def _nobody() -> dict[str, Any]:
    """Columns of length 0, so that a market without buyers runs."""
    ints, floats, flags = np.zeros(0, np.int64), np.zeros(0), np.zeros(0, bool)
    named: dict[str, Any] = {"key": np.zeros(0, np.uint64), "names": [], "kind": ints, "founded": ints}
    named |= {"capital": ints, "raising_rate": floats, "raising_response": floats, "reinvest_share": floats}
    named |= {"required_irr": floats, "ticket_min": ints, "ticket_max": ints, "concentration_share": floats}
    named |= {"wants_strategy": np.zeros((0, len(Strategy)), bool), "age_min": ints, "age_max": ints}
    named |= {"state_gp_only": flags, "slots": ints, "readiness_days": floats, "readiness_log_sd": floats}
    named |= {"diligence_cost": ints, "engagement": floats, "signal_log_sd": floats, "cost_cap": floats}
    named |= {"institution": flags, "net_assets": ints, "financial_assets": ints, "bidding": ints}
    return named
