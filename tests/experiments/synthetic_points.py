"""Scenarios and formulas that stand in for the market where only design and analysis are tested."""

from __future__ import annotations

import math

import numpy as np

from sfund_sim.experiments.sweep_values import Value

RATE, RETURN, GROWTH = "agreement.lone_buyer_irr", "economy.market_expected_return", "expectations.growth_rate"
PATHS = (RATE, RETURN, GROWTH)
RANGE = {"low": 0.0, "high": 1.0}
OUTCOME = "realised_less_held_total_cny"
"""An outcome that may be any number."""
DAYS = "venues.beijing.disclosure.days"


def inputs(scenario):
    """Three unit variables that the experiment sets."""
    return scenario.agreement.lone_buyer_irr, scenario.economy.market_expected_return, scenario.expectations.growth_rate


def ishigami(scenario, replication, seed):
    """Ishigami and Homma (1990) with a = 7, b = 0.1, on the unit cube; the same in every replication."""
    x1, x2, x3 = (math.pi * (2.0 * x - 1.0) for x in inputs(scenario))
    return [Value(OUTCOME, "all", "all", math.sin(x1) + 7.0 * math.sin(x2) ** 2 + 0.1 * x3**4 * math.sin(x1), 1)]


def linear(scenario, replication, seed):
    """3 x1 - 2 x2, and x3 does nothing; one replication is a little above another."""
    x1, x2, _ = inputs(scenario)
    return [Value(OUTCOME, "all", "all", 3.0 * x1 - 2.0 * x2 + 0.01 * replication, 1)]


def product(scenario, replication, seed):
    """x1 times x2: each matters only through the other when both are centred."""
    x1, x2, _ = inputs(scenario)
    return [Value(OUTCOME, "all", "all", (x1 - 0.5) * (x2 - 0.5), 1)]


def days(scenario, replication, seed):
    """Days of disclosure, and noise that depends on chance alone; in one of two groups it has no value."""
    noise = ((replication * 7919 + seed) % 13) / 13
    length = scenario.venues["beijing"].disclosure.days
    return [
        Value(OUTCOME, "all", "all", length + 100.0 * noise, 10),
        Value(OUTCOME, "is_state", "state", math.nan, 0),
        Value(OUTCOME, "is_state", "non_state", float(replication), 3),
    ]


def prices(scenario, replication, seed):
    """Nine prices whose median rises with the days of disclosure, and with the rate; they are skewed."""
    level = scenario.venues["beijing"].disclosure.days + 10.0 * scenario.agreement.lone_buyer_irr
    rows = level + np.exp(np.arange(9.0) / 3.0) * (1 + (replication * 7919 + seed) % 13) / 13
    return [Value("median_price_to_nav", "all", "all", float(np.median(rows)), rows.size, rows)]


def fails(scenario, replication, seed):
    """A market that cannot be told at 20 days, in replication 2."""
    if scenario.venues["beijing"].disclosure.days == 20 and replication == 2:
        raise ValueError("no market")
    return days(scenario, replication, seed)
