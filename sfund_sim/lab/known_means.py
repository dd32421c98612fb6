"""What theory says of a column of the lab's experiments: for cases that ask for a computed number, and rare events."""

from __future__ import annotations

from sfund_sim.lab.auction import Auction
from sfund_sim.lab.comparing import Mixed, World
from sfund_sim.lab.crowd import chance_of_sale, chance_unsold
from sfund_sim.lab.relisting import Relisting
from sfund_sim.lab.softclose import TimedBidding
from sfund_sim.lab.theory import Known, of_auction, of_relisting, of_timed_bidding
from sfund_sim.lab.votes import Extension, Extensions, chance_carried, chance_of_failure


def mean_by_theory(world: World, column: str) -> float | None:
    """Mean of a column of an experiment; None where theory does not say. Designs that should not differ are alike."""
    if isinstance(world, Mixed):
        return mean_by_theory(world.designs[0], column)
    return _of(world, column).get(column)


def _of(world: World, column: str) -> Known:
    if isinstance(world, Auction):
        chances = {"sold": chance_of_sale(world), "unsold": chance_unsold(world)}
        if column in chances:
            return {name: chance for name, chance in chances.items() if chance is not None}
        return of_auction(world)
    if isinstance(world, Relisting):
        return of_relisting(world)
    if isinstance(world, TimedBidding):
        return of_timed_bidding(world)
    if isinstance(world, Extensions):
        carried, fails = (of(world.rule, world.partners, world.refusal) for of in (chance_carried, chance_of_failure))
        return {"extensions": carried / fails}
    if isinstance(world, Extension):
        return {"carried": chance_carried(world.rule, world.partners, world.refusal)}
    return {}
