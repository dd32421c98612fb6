"""What a run is called and how it is known: the scenario's hash, and the facts that every table and figure carries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sfund_sim import __version__
from sfund_sim.experiments.replication import Replication
from sfund_sim.experiments.source_code import source_sha256
from sfund_sim.outcomes.run_info import WHOLE_RUN, Names, Period, ReplicationRecord, RunInfo
from sfund_sim.scenario.experiment import Experiment
from sfund_sim.scenario.model import Scenario
from sfund_sim.scenario.timeline import Epoch, Timeline
from sfund_sim.terms import BuyerKind, LpKind

_LP_KINDS = {int(kind): kind for kind in LpKind}
"""Found here some ten times as fast as by calling LpKind, which counts with hundreds of thousands of LPs."""
_NOT_THE_MARKET = ("seed", "replications", "experiment")
"""Fields that say how often a market is simulated and what is varied, not what it is."""


def scenario_hash(scenario: Scenario) -> str:
    """SHA-256 of the resolved scenario as canonical JSON: sorted keys, no blanks, without seed and replications."""
    data = {name: value for name, value in scenario.canonical().items() if name not in _NOT_THE_MARKET}
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def experiment_hash(experiment: Experiment) -> str:
    """SHA-256 of what an experiment varies and measures, as canonical JSON; how often is no part of it."""
    varied = json.dumps(
        experiment.model_dump(mode="json", exclude={"replications"}), sort_keys=True, ensure_ascii=False
    )
    return hashlib.sha256(varied.encode()).hexdigest()


def run_info(scenario: Scenario, *, seed: int, replications: int) -> RunInfo:
    """Facts of a run, with names of its venues alone: those of funds and investors differ between replications."""
    timeline, days = scenario.timeline(), scenario.horizon.days
    return RunInfo(
        scenario_id=scenario.name,
        title=scenario.title.en,
        title_zh=scenario.title.zh,
        scenario_hash=scenario_hash(scenario),
        seed=seed,
        replications=replications,
        version=__version__,
        code=source_sha256()[:12],
        start_date=scenario.horizon.start,
        horizon_days=days,
        venue_open_days=tuple(_days_open(timeline, days, {venue}) for venue in sorted(scenario.venues)),
        any_venue_open_days=_days_open(timeline, days, set(scenario.venues)),
        state_regimes=tuple({epoch.book.state_assets.regime: None for n, epoch in _spells(timeline, days) if n}),
        periods=periods(scenario),
        names=Names(venues=tuple(sorted(scenario.venues))),
    )


def with_own_names(info: RunInfo, replication: Replication) -> tuple[RunInfo, ReplicationRecord]:
    """One replication and the facts of its run with that replication's own names."""
    names, kinds = replication.names, replication.kinds
    own = Names(
        funds=tuple(names.get("funds", ())),
        lps=tuple(names.get("lps", ())),
        lp_kinds=tuple(map(_LP_KINDS.__getitem__, kinds.get("lps", ()))),
        buyers=tuple(names.get("buyers", ())),
        buyer_kinds=tuple(BuyerKind(kind) for kind in kinds.get("buyers", ())),
        venues=tuple(names.get("venues", ())),
    )
    return replace(info, names=own), ReplicationRecord(replication.number, replication.tables)


def _days_open(timeline: Timeline, horizon_days: int, venues: set[str]) -> int:
    """On how many days of the horizon at least one of these venues is open."""
    return sum(
        days
        for days, epoch in _spells(timeline, horizon_days)
        if any(name in venues and venue.open for name, venue in epoch.book.venues.items())
    )


def _spells(timeline: Timeline, horizon_days: int) -> Iterator[tuple[int, Epoch]]:
    """For how many days of the horizon the rules of each epoch hold."""
    bounds = np.clip([*timeline.starts, horizon_days], 0, horizon_days)
    return zip(np.diff(bounds).tolist(), timeline.epochs, strict=True)


def periods(scenario: Scenario) -> tuple[Period, ...]:
    """Before and since the first opening of a venue in the policy as written.

    A scenario that drops the opening is divided on the same day, so that the two can be compared period by period.
    """
    first = next((day for day, is_open in _openings_as_written(scenario) if is_open), 0)
    if not 0 < first < scenario.horizon.days:
        return (WHOLE_RUN,)
    return Period("before_opening", WHOLE_RUN.first_day), Period("since_opening", first)


def _openings_as_written(scenario: Scenario) -> Iterator[tuple[int, bool]]:
    """Day, and is a venue open from then on: at first, and after each dated change as written.

    Read from the changes, not replayed: what is written need not fit together where some of it is dropped or moved.
    """
    is_open = {name: venue.open for name, venue in scenario.venues.items()}
    yield -(10**9), any(is_open.values())
    for change in sorted(scenario.policy, key=lambda change: change.on):
        for path, value in change.set.items():
            match path.split("."):
                case ["venues"]:
                    is_open = {name: venue["open"] for name, venue in value.items()}
                case ["venues", name]:
                    is_open[name] = value["open"]
                case ["venues", name, "open"]:
                    is_open[name] = value
        yield (change.on - scenario.horizon.start).days, any(is_open.values())
