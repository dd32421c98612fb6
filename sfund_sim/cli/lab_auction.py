"""``sfund lab auction``: one listing held again and again, and what theory says of it."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sfund_sim.cli.lab_options import (
    Flag,
    OutOption,
    SeedOption,
    print_measures,
    save_figure,
    without_its_parent,
    wrong_input,
)
from sfund_sim.cli.options import LangOption, PartOption, language
from sfund_sim.cli.progress import progress
from sfund_sim.ground.errors import Language, RuleError
from sfund_sim.lab.formats import format_names

if TYPE_CHECKING:
    from sfund_sim.lab.lesson import Lesson
    from sfund_sim.lab.relisting import Relisting
    from sfund_sim.lab.softclose import TimedBidding

PARENTS = {
    "relist_cost": "relist",
    "holding_cost": "relist",
    "discount": "relist",
    "window": "bid_rate",
    "hard_close": "bid_rate",
}
"""Options that say more of another one, by parameter name."""
MOST_A_RESERVE = 20_000
"""Auctions held at each of the 25 reserves of the picture."""


def auction(
    context: typer.Context,
    *,
    format: Annotated[str, Flag("--format", help=f"One of {', '.join(format_names())}.")] = "ascending",
    bidders: Annotated[float, Flag("--bidders", min=0, max=1000, help="Number of investors.")] = 5,
    poisson: Annotated[bool, Flag("--poisson", help="The number is Poisson with that mean, and unknown.")] = False,
    values: Annotated[
        str | None, Flag("--values", help="uniform:0,1 (default), exponential:1 or lognormal:MU,SIGMA.")
    ] = None,
    reserve: Annotated[float, Flag("--reserve", min=0, help="Floor price.")] = 0.0,
    budget: Annotated[float | None, Flag("--budget", help="Budget of every bidder, known to all.")] = None,
    budgets: Annotated[str | None, Flag("--budgets", help="Law of bidders' own budgets, as for --values.")] = None,
    risk: Annotated[float, Flag("--risk", help="Utility of profit is profit ** RISK; below 1 is averse.")] = 1.0,
    entry_cost: Annotated[float, Flag("--entry-cost", min=0, help="Cost of looking at the offer.")] = 0.0,
    common: Annotated[
        str | None, Flag("--common", help="Common value: wallet, uniform_error:E or lognormal_error:CORRELATION.")
    ] = None,
    naive: Annotated[bool, Flag("--naive", help="Bidders forget the winner's curse.")] = False,
    signal_error: Annotated[float, Flag("--signal-error", min=0, help="Log error of lognormal signals.")] = 0.0,
    increment: Annotated[float, Flag("--increment", min=0, help="Least raise of an ascending auction.")] = 0.0,
    disclose_to: Annotated[int | None, Flag("--disclose-to", min=0, help="Disclose to K, at random.")] = None,
    disclose_probability: Annotated[float | None, Flag("--disclose-probability", help="Reach each with Q.")] = None,
    preemption: Annotated[bool, Flag("--preemption", help="A co-partner may match the price.")] = False,
    relist: Annotated[bool, Flag("--relist", help="List again to fresh bidders until sold.")] = False,
    relist_cost: Annotated[float, Flag("--relist-cost", min=0, help="Cost of each failed listing.")] = 0.0,
    holding_cost: Annotated[float, Flag("--holding-cost", min=0, help="Cost of holding, a listing's time.")] = 0.0,
    discount: Annotated[float, Flag("--discount", min=0, max=1, help="Discount factor of each relisting.")] = 1.0,
    bid_rate: Annotated[float | None, Flag("--bid-rate", min=0, help="Bids a minute in the timed period.")] = None,
    window: Annotated[float, Flag("--window", help="Minutes of the timed period.")] = 5.0,
    hard_close: Annotated[bool, Flag("--hard-close", help="A bid does not restart the timed period.")] = False,
    reps: Annotated[int, Flag("--reps", min=2, help="Auctions.")] = 200_000,
    seed: SeedOption = 1,
    parts: PartOption = None,
    out: OutOption = None,
    lang: LangOption = None,
) -> None:
    """Hold one auction many times: price, sale rate, surplus, efficiency, with errors and theory."""
    with wrong_input(context):
        without_its_parent(context, PARENTS)
        _auction(context.params, language(lang).value)


def _auction(chosen: dict[str, Any], speak: Language) -> None:
    from sfund_sim.lab.chance import Chance
    from sfund_sim.lab.lesson import auction_table, by_reserve, period_table, sale_table
    from sfund_sim.report.lab_words import lab_words

    lesson, chance, reps = _lesson(chosen), Chance(chosen["seed"]), chosen["reps"]
    held, relisting, timed = lesson.auction(), _relisting(lesson, chosen), _timed(chosen)
    with progress(lab_words("auctions", speak), reps * (1 + (relisting is not None) + (timed is not None))) as told:
        began = perf_counter()
        columns = held.sample(chance, reps, told)
        took = perf_counter() - began
        sales = None if relisting is None else sale_table(relisting, chance, reps, told)
        periods = None if timed is None else period_table(timed, chance, reps, told)
    print_measures(auction_table(lesson, columns), speak)
    for title, table in (("listed until sold", sales), ("timed period", periods)):
        if table is not None:
            typer.echo(f"\n{lab_words(title, speak)}")
            print_measures(table, speak)
    drawn = {"reps": f"{reps:,}", "seed": chosen["seed"]}
    pace = f"{reps / took / 1e6:.1f}"
    typer.echo(lab_words("{reps} auctions, seed {seed}; {pace} million a second", speak, **drawn, pace=pace))
    if chosen["out"] is not None:
        from sfund_sim.report.lab_figures import auction_figure

        fewer = min(reps, MOST_A_RESERVE)
        size = "{reps} auctions, seed {seed}"
        if fewer < reps:
            size = "left {reps} auctions, right {fewer} at each reserve, seed {seed}"
        sweep, run = by_reserve(lesson, chance, fewer), lab_words(size, speak, **drawn, fewer=f"{fewer:,}")
        save_figure(auction_figure(columns["price"], lesson.reserve, sweep, speak, run=run), chosen["out"], speak)


def _lesson(chosen: dict[str, Any]) -> Lesson:
    from sfund_sim.investors.bidding.information import InformationModel
    from sfund_sim.investors.laws import ValueLaw
    from sfund_sim.lab.lesson import Lesson, part_of

    budgets, common = chosen["budgets"], chosen["common"]
    private = {} if chosen["values"] is None else {"law": part_of(ValueLaw.members, chosen["values"])}
    same = ("format", "bidders", "poisson", "reserve", "risk", "entry_cost", "naive", "signal_error", "increment")
    return Lesson(
        **{name: chosen[name] for name in same},
        **private,
        budget=float("inf") if chosen["budget"] is None else chosen["budget"],
        budgets=None if budgets is None else part_of(ValueLaw.members, budgets),
        information=None if common is None else part_of(InformationModel.members, common),
        invited=chosen["disclose_to"],
        reach=chosen["disclose_probability"],
        preemption=chosen["preemption"],
    )


def _relisting(lesson: Lesson, chosen: dict[str, Any]) -> Relisting | None:
    from sfund_sim.lab.relisting import Relisting

    if not chosen["relist"]:
        return None
    return Relisting(
        listing=lesson.auction(),
        relist_cost=chosen["relist_cost"],
        holding_cost=chosen["holding_cost"],
        discount=chosen["discount"],
    )


def _timed(chosen: dict[str, Any]) -> TimedBidding | None:
    from sfund_sim.lab.softclose import TimedBidding
    from sfund_sim.venue.auctions.ascending import Ascending

    if chosen["bid_rate"] is None:
        return None
    if chosen["format"] != Ascending.kind:
        raise RuleError("only an ascending auction has a timed period", "只有多次报价（增价）才有限时报价期")
    rule = Ascending(window_minutes=chosen["window"], soft_close=not chosen["hard_close"])
    return TimedBidding(format=rule, bids=chosen["bid_rate"])
