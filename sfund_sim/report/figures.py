"""All figures of a run, and their files: SVG, PNG and the CSV behind each."""

from __future__ import annotations

from collections.abc import Sequence

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.csv_text import csv_bytes
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.tables import Tables
from sfund_sim.report.drawing import Drawn, png_bytes
from sfund_sim.report.price_figure import price_to_nav
from sfund_sim.report.recycling_figure import recycling
from sfund_sim.report.stages_figure import stages_of_exit
from sfund_sim.report.timing_figures import time_to_exit, ways_out


def run_figures(tables: Tables, info: RunInfo, language: Language) -> list[Drawn]:
    """The figures of a run in the order of the report."""
    exits = tables["exits"]
    return [
        time_to_exit(exits, info, language),
        ways_out(exits, info, language),
        price_to_nav(exits, info, language),
        stages_of_exit(tables, info, language),
        recycling(tables["recycling"], info, language),
    ]


def figure_files(drawings: Sequence[Drawn]) -> dict[str, bytes]:
    """File names and contents of figures; the same bytes on every run."""
    files: dict[str, bytes] = {}
    for drawn in drawings:
        files[f"{drawn.name}.svg"] = drawn.svg.encode()
        files[f"{drawn.name}.png"] = png_bytes(drawn.figure)
        files[f"{drawn.name}.csv"] = csv_bytes(drawn.data)
    return files
