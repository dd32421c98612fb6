"""What ``sfund run`` says when it is done: for people, and as one JSON document."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from sfund_sim.cli.assumptions import tell_assumptions
from sfund_sim.cli.cautions import tell_cautions
from sfund_sim.cli.complete import tell_where
from sfund_sim.cli.options import Lang

if TYPE_CHECKING:
    from sfund_sim.experiments.running import Plan, Saved


def run_json(saved: Saved, plan: Plan) -> str:
    """One JSON document: folder, manifest (with all hashes) and summary; missing numbers are null."""
    import json

    from sfund_sim.experiments.manifest import finished
    from sfund_sim.report.terminal import summary_data

    info = replace(plan.info, replications=finished(saved.manifest))
    whole = {"folder": str(saved.folder), "manifest": saved.manifest, "summary": summary_data(saved.summary, info)}
    return json.dumps(whole, ensure_ascii=False, indent=2, allow_nan=False)


def show_run(saved: Saved, plan: Plan, spoken: Lang) -> None:
    """The summary for the terminal, on how many assumptions it leans, then where everything is."""
    from rich.console import Console

    from sfund_sim.experiments.manifest import finished
    from sfund_sim.experiments.results import SCENARIO_FILE
    from sfund_sim.report.terminal import print_summary
    from sfund_sim.scenario.cut_short import cut_short
    from sfund_sim.scenario.too_late import too_late

    info = replace(plan.info, replications=finished(saved.manifest))
    print_summary(saved.summary, info, language=spoken.value, console=Console())
    if saved.reached is not None:
        typer.echo(saved.reached.text(spoken.value))
    tell_cautions([*too_late(plan.loaded), *cut_short(plan.loaded)], spoken)
    tell_assumptions(plan.loaded, saved.folder / SCENARIO_FILE, spoken)
    tell_where(saved.folder, spoken)
