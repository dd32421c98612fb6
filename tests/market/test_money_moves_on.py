"""Money from a sale moves on so many days after the cash as its owner's kind takes; what lies idle does so at once.

Money that would move on after the last day has no use yet."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest
from worlds import small_pilot, with_leaves

import sfund_sim as sf
from sfund_sim.ground.columns import MISSING
from sfund_sim.market.simulate import simulate
from sfund_sim.terms import Ending, LpKind, Use

DELAYS = {kind: 10 + 90 * number for number, kind in enumerate(LpKind)}
SHARES = {"early_stage": 0.3, "later_stage": 0.3, "treasury": 0.3, "idle": 0.1}


def uses_of_money():
    """Of each exit that brought money, the rows that say where it went, by use; every kind of LP has its own delay."""
    mixes = small_pilot().canonical()["population"]["lps"]
    for kind, mix in mixes.items():
        mix["proceeds"] = SHARES | {"delay_days": DELAYS[LpKind.of(kind)]}
    scenario = with_leaves(small_pilot(haste=8.0), {"population.lps": mixes})
    journal, uses = simulate(scenario, 1, 5), defaultdict(dict)
    for row in journal.recycling:
        assert row.use not in uses[row.exit]
        uses[row.exit][row.use] = row
    return scenario, journal, uses


def test_money_moves_on_by_its_owner_s_delay_after_the_cash():
    scenario, journal, uses = uses_of_money()
    kinds, too_late = set(), 0
    for number, rows in uses.items():
        exit = journal.exits[number]
        due = exit.ended + DELAYS[exit.lp_kind]
        assert Ending(exit.ending).is_sale or exit.ending == Ending.LIQUIDATED
        if due < scenario.horizon.days:
            assert rows[Use.IDLE].day == exit.ended
            assert {rows[use].day for use in rows if use != Use.IDLE} == {due}
        else:
            assert rows.keys() == {Use.NOT_YET}
            assert rows[Use.NOT_YET].day == MISSING
        kinds.add(exit.lp_kind)
        too_late += Use.NOT_YET in rows
    assert len(kinds) > 5
    assert 0 < too_late < len(uses) / 2


def test_of_no_money_is_any_lost():
    _, journal, uses = uses_of_money()
    for number, rows in uses.items():
        exit = journal.exits[number]
        moved = [row.amount for use, row in rows.items() if use not in (Use.IDLE, Use.NOT_YET)]
        money = exit.price - exit.seller_costs
        assert sum(row.amount for row in rows.values()) == money
        assert all(abs(amount - 0.3 * money) <= 1 for amount in moved)


def test_owners_that_take_longer_do_not_seem_to_put_less_of_their_money_into_new_funds():
    """All kinds use a half of it so: of what is used by the last day it is a half, whenever they are done with it."""
    found = {}
    for delay in (10, 1000):
        proceeds = {"early_stage": 0.2, "later_stage": 0.3, "treasury": 0.4, "idle": 0.1, "delay_days": delay}
        changes = [f"population.lps.{kind.label}.proceeds={json.dumps(proceeds)}" for kind in LpKind]
        loaded = sf.load_scenario("beijing_pilot", ["population.funds.count=60", *changes])
        summary = sf.run(loaded, replications=2, seed=5, workers=1).summary.query("group == 'all'")
        found[delay] = summary.set_index("outcome")["estimate"]
        assert found[delay]["recycled_share"] == pytest.approx(0.5)
    assert found[1000]["recycled_cny"] < found[10]["recycled_cny"]
