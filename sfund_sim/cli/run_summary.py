"""What ``sfund run`` says when it is done: for people, and as one JSON document."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import typer

from sfund_sim.cli.cautions import tell_assumptions, tell_cautions
from sfund_sim.cli.made import Made, tell_where
from sfund_sim.cli.options import Lang

if TYPE_CHECKING:
    from sfund_sim.experiments.running import Plan, SavedRun
    from sfund_sim.outcomes.run_info import RunInfo


def made_by_run(saved: SavedRun, plan: Plan, spoken: Lang) -> Made:
    """What ``sfund run`` made; in JSON the summary is beside the manifest."""

    def data() -> dict[str, Any]:
        from sfund_sim.report.terminal import summary_data

        return {"summary": summary_data(saved.summary, _info(saved, plan))}

    return Made(saved.folder, saved.manifest, data, lambda: _show(saved, plan, spoken), saved.failures)


def _info(saved: SavedRun, plan: Plan) -> RunInfo:
    """What tables say of the run, with the number of replications that came to an end."""
    from sfund_sim.experiments.manifest import finished

    return replace(plan.info, replications=finished(saved.manifest))


def _show(saved: SavedRun, plan: Plan, spoken: Lang) -> None:
    """The summary for the terminal, on how many assumptions it leans, then where everything is."""
    from rich.console import Console

    from sfund_sim.experiments.results import SCENARIO_FILE
    from sfund_sim.report.terminal import print_summary
    from sfund_sim.scenario.cut_short import cut_short
    from sfund_sim.scenario.too_late import too_late

    print_summary(saved.summary, _info(saved, plan), language=spoken.value, console=Console())
    if saved.reached is not None:
        typer.echo(saved.reached.text(spoken.value))
    tell_cautions([*too_late(plan.loaded), *cut_short(plan.loaded)], spoken)
    tell_assumptions(plan.loaded, saved.folder, SCENARIO_FILE, saved.manifest, spoken)
    tell_where(saved.folder, spoken)
