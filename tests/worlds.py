"""Small random markets for the tests of the market as a whole, and a watch that looks at them after every event.

A world is the Beijing pilot, read once, with leaves changed: few funds, few buyers, short horizons, eager sellers, and
rules drawn from the whole range that scenarios allow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any
from unittest import mock

import numpy as np
from hypothesis import strategies as st

from sfund_sim.ground.diary import HeapDiary
from sfund_sim.market import simulate as living
from sfund_sim.market.journal import ExitRow, Journal
from sfund_sim.market.market import Market
from sfund_sim.scenario.layers import load_scenario
from sfund_sim.scenario.model import Scenario
from sfund_sim.terms import LpKind, Trigger

Tree = dict[str, Any]
VENUE = "venues.beijing."


@lru_cache(maxsize=8)
def shipped(name: str) -> Scenario:
    """A shipped scenario, read once."""
    return load_scenario(f"scenarios/{name}.yaml").scenario


def changed(scenario: Scenario, **leaves: Any) -> Scenario:
    """The scenario with leaves set, named by path with two underscores for each dot."""
    return with_leaves(scenario, {path.replace("__", "."): value for path, value in leaves.items()})


def with_leaves(scenario: Scenario, leaves: Tree) -> Scenario:
    """The scenario with leaves set, named by dotted path."""
    tree = scenario.canonical()
    for path, value in leaves.items():
        *parents, leaf = path.split(".")
        place = tree
        for step in parents:
            place = place[step]
        place[leaf] = value
    return Scenario.model_validate(tree)


def eager(tree: Tree, haste: float) -> None:
    """Sellers want out ``haste`` times as often and hope for high bids, and buyers are ready to pay."""
    tree["expectations"] |= {"venue_bid_log_sd_above": 0.6, "agreement_value_log_sd_above": 0.45}
    for mix in tree["population"]["lps"].values():
        for trigger in mix["triggers"].values():
            trigger["annual_hazard"] = min(trigger["annual_hazard"] * haste, 100.0)
    for mix in tree["population"]["buyers"].values():
        mix |= {"required_irr": 0.06, "engagement_probability": 0.9, "ticket_min_cny": 0.0, "age_min_years": 0.0}
        mix |= {"founded_years": {min(mix["founded_years"]): 1.0}, "due_diligence_days": 8, "state_gp_only_share": 0.0}


def small_pilot(*, funds: int = 30, haste: float = 4.0, **leaves: Any) -> Scenario:
    """A lively pilot of four years, with the venue open from its second year."""
    tree = shipped("beijing_pilot").canonical()
    eager(tree, haste)
    tree["population"]["funds"]["count"] = funds
    tree["horizon"] = {"start": "2020-01-01", "end": "2023-12-31"}
    return changed(Scenario.model_validate(tree), **leaves)


def rates_of(scenario: Scenario, row: ExitRow) -> tuple[float, float]:
    """The seller's own discount rate a year, without the urgency of its wish and with it."""
    mix = scenario.population.lps[LpKind(row.lp_kind).label]
    return mix.discount_rate, mix.discount_rate + mix.triggers[Trigger(row.trigger).label].urgency_rate


def two_cities(scenario: Scenario, **own: Any) -> Scenario:
    """The scenario with a second venue, which deals as Beijing's; ``own`` is laid over both.

    Half of the funds and of the buyers are at home at each, and nobody visits the other.
    """
    tree = scenario.canonical()
    venue = {"funds_share": 0.5, "buyers_share": 0.5, "visitors_share": 0.0} | own
    tree["venues"] = dict.fromkeys(("beijing", "shanghai"), tree["venues"]["beijing"] | venue)
    return Scenario.model_validate(tree)


FLOORS = [
    {"kind": "reservation"},
    {"kind": "appraisal", "step": 0.05, "free_share": 0.9, "lowest_share": 0.7},
    {"kind": "appraisal", "step": 0.2, "free_share": 0.7, "lowest_share": 0.1},
]
AUCTIONS = [
    {"kind": "ascending", "increment_share": 0.01},
    {"kind": "ascending"},
    {"kind": "first_price"},
    {"kind": "second_price"},
    {"kind": "descending"},
    {"kind": "weighted_tender"},
]
SHARES = st.sampled_from([0.0, 0.1, 0.5, 1.0])
FEES = st.sampled_from([0.0, 0.003, 0.05])


def _rules() -> st.SearchStrategy[Tree]:
    """Rules of law, venue and bargaining, by dotted path."""
    return st.fixed_dictionaries(
        {
            "state_assets.regime": st.sampled_from(["none", "appraisal", "full"]),
            "state_assets.agreement": st.sampled_from(["refused", "at_venue", "free"]),
            "state_assets.floor": st.sampled_from(FLOORS),
            "state_assets.approval_probability": SHARES,
            "state_assets.appraisal_days": st.integers(0, 60),
            "state_assets.appraisal_validity_days": st.sampled_from([30, 365]),
            "state_assets.charter_price_share": SHARES,
            "state_assets.charter_interest_rate": st.sampled_from([0.0, 0.06, 0.5]),
            "partnership.guidance_leaves_without_consent": st.booleans(),
            "partnership.partner_cap": st.sampled_from([5, 12, 50]),
            "partnership.preemption.applies": st.booleans(),
            "partnership.preemption.notice_days": st.sampled_from([0, 30]),
            "partnership.preemption_interest_probability": SHARES,
            "partnership.private_gp_consent_probability": SHARES,
            "partnership.forced_sale_discount": SHARES,
            "agreement.known_counterparty_probability": SHARES,
            "agreement.negotiation_days": st.sampled_from([0, 60]),
            "agreement.prematched_share": SHARES,
            "pledges.registered": st.booleans(),
            "pledges.triggers": st.sampled_from(
                [["liquidity_shock"], ["strategic_shift", "term_near", "loss_of_trust"]]
            ),
            "pledges.least_loan_cny": st.sampled_from([0.0, 5.0e6]),
            "pledges.term_days": st.sampled_from([0, 90, 720]),
            "pledges.working_days": st.sampled_from([0, 20]),
            "pledges.recovery_probability": SHARES,
            VENUE + "open": st.booleans(),
            VENUE + "state_funds_from_open": st.booleans(),
            VENUE + "ledger": st.sampled_from(["distributed", "paper"]),
            VENUE + "delay_log_sd": st.sampled_from([0.0, 0.4, 1.0]),
            VENUE + "payment_failure_probability": st.sampled_from([0.0, 0.02, 0.5]),
            VENUE + "deposit_share": SHARES,
            VENUE + "disclosure.days": st.sampled_from([0, 5, 20, 60]),
            VENUE + "disclosure.rule": st.sampled_from(
                ["random", "by_fit", "by_activity", "all_eligible", "each_with_probability"]
            ),
            VENUE + "disclosure.invited": st.sampled_from([0, 1, 4, 60]),
            VENUE + "disclosure.leak_probability": st.sampled_from([0.0, 0.002, 0.5]),
            VENUE + "auction": st.sampled_from(AUCTIONS),
            VENUE + "private_floor": st.sampled_from([*FLOORS, {"kind": "fixed", "value": 0.0}]),
            VENUE + "sole_bidder_share": SHARES,
            VENUE + "extensions": st.integers(0, 2),
            VENUE + "relists": st.integers(0, 3),
            VENUE + "relist_wait_days": st.sampled_from([0, 10]),
            VENUE + "fees.seller_share": FEES,
            VENUE + "fees.buyer_share": FEES,
            VENUE + "fees.least_fen": st.sampled_from([0, 10_000_000]),
            VENUE + "settlement.first_share": st.sampled_from([0.3, 0.7, 1.0]),
            VENUE + "settlement.rest_days": st.sampled_from([30, 360]),
            VENUE + "resale_gap_days": st.sampled_from([0, 5, 250]),
            VENUE + "suitability.net_assets_cny": st.sampled_from([0.0, 3.0e8]),
        }
    )


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """A small market with its people, its rules and its policy drawn at random."""
    tree = shipped("beijing_pilot").canonical()
    eager(tree, draw(st.sampled_from([1.0, 5.0, 20.0])))
    start = date(draw(st.integers(2018, 2021)), *draw(st.sampled_from([(1, 1), (3, 31), (8, 20)])))
    tree["horizon"] = {
        "start": start.isoformat(),
        "end": date(start.year + draw(st.integers(2, 5)), 6, 30).isoformat(),
    }
    tree["population"]["funds"]["count"] = draw(st.integers(5, 40))
    for name, mix in sorted(tree["population"]["buyers"].items()):
        mix["count"] = draw(st.integers(0, 3))
        mix["mean_capital_cny"] *= draw(st.sampled_from([0.2, 1.0, 10.0]))
        mix["concentration_share"] = draw(st.sampled_from([0.1, 1.0]))
        mix["cost_cap"] = draw(st.sampled_from([None, 1.0])) if name == "state_s_fund" else None
    part = draw(st.sampled_from([0.0, 0.5]))
    for mix in tree["population"]["lps"].values():
        mix["part_sale_share"] = part
        mix["approval_days"] = min(mix["approval_days"], draw(st.sampled_from([0, 90])))
    tree["policy_moved"] = {"csrc_approval": date(start.year, 9, 1).isoformat()}
    tree["policy_dropped"] = draw(st.sampled_from([[], ["csrc_approval", "guidance_opinions"]]))
    tree["policy_moved"] = {} if tree["policy_dropped"] else tree["policy_moved"]
    tree["policy"].append(_late_change(draw, start))
    world = with_leaves(Scenario.model_validate(tree), draw(_rules()))
    if draw(st.booleans()):
        return world
    return two_cities(world, visitors_share=draw(SHARES), linked=draw(st.booleans()))


def _late_change(draw: st.DrawFn, start: date) -> Tree:
    """A change of many rules at once in the second year, for new or for open listings."""
    return {
        "name": "late_change",
        "on": date(start.year + 1, 2, 10).isoformat(),
        "because": "a change midway",
        "set": {
            VENUE + "disclosure.days": draw(st.sampled_from([2, 30])),
            VENUE + "fees.buyer_share": draw(FEES),
            VENUE + "settlement.first_share": draw(st.sampled_from([0.3, 1.0])),
            "ipo_window.state": draw(st.sampled_from(["open", "tight", "shut"])),
        },
        "applies_to": draw(st.sampled_from(["new_listings", "open_listings"])),
    }


Look = Callable[..., None]


class WatchedDiary(HeapDiary):
    """A diary that lets a check look at the market after every event of every sale."""

    def __init__(self) -> None:
        super().__init__()
        self.look: Look = lambda deed, *_: None

    def start(self, story: Any, order: int) -> None:
        super().start(self._watched(story), order)

    def _watched(self, story: Any) -> Any:
        for wake in story:
            self.look("event")
            yield wake
        self.look("event")


def watched(scenario: Scenario, make_look: Callable[[Market], Look], seed: int = 1) -> Journal:
    """Simulate, and look after every event of a sale, and after every quarter end, fund-raising and founding.

    A look is told what was done ("event", "close_quarter", ...) and with which arguments.
    """
    diary = WatchedDiary()
    build = living.build_market

    def built(*arguments: Any) -> Any:
        market, *others = build(*arguments)
        diary.look = make_look(market)
        return market, *others

    def followed(deed: Callable[..., None]) -> Callable[..., None]:
        def done(*arguments: Any) -> None:
            deed(*arguments)
            diary.look(deed.__name__, *arguments[1:])

        return done

    deeds = {name: followed(getattr(living, name)) for name in ("close_quarter", "raise_money", "found_buyers")}
    with mock.patch.multiple(living, build_market=built, **deeds):
        return living.simulate(scenario, 1, seed, diary)


def column(journal: Journal, table: str, name: str) -> np.ndarray:
    """One column of one table."""
    return journal.arrays()[table][name]


def digest(journal: Journal) -> str:
    """SHA-256 of every array of a journal and of its names, in order."""
    sha256 = hashlib.sha256(repr((journal.names, journal.kinds)).encode())
    for table, columns in journal.arrays().items():
        for name, array in columns.items():
            sha256.update(f"{table}.{name}:{array.dtype}:{array.size};".encode())
            sha256.update(array.tobytes())
    return sha256.hexdigest()
