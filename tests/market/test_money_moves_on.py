"""Money from a sale moves on so many days after the cash as its owner's kind takes; what lies idle does so at once."""

from __future__ import annotations

from collections import defaultdict

from worlds import small_pilot, with_leaves

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
        assert rows[Use.IDLE].day == exit.ended
        moved = {rows[use].day for use in rows if use != Use.IDLE}
        assert moved == ({due} if due < scenario.horizon.days else set())
        kinds.add(exit.lp_kind)
        too_late += not moved
    assert len(kinds) > 5
    assert 0 < too_late < len(uses) / 2


def test_what_would_move_after_the_horizon_lies_idle_and_nothing_is_lost():
    _, journal, uses = uses_of_money()
    for number, rows in uses.items():
        exit, moved = journal.exits[number], [rows[use].amount for use in rows if use != Use.IDLE]
        money = exit.price - exit.seller_costs
        assert sum(row.amount for row in rows.values()) == money
        assert not moved or all(abs(amount - 0.3 * money) <= 1 for amount in moved)
