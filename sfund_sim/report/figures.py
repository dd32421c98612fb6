"""All figures of a run, and their files: SVG, PNG and the CSV behind each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.csv_text import csv_bytes
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.tables import Tables
from sfund_sim.report.drawing import Drawn, png_bytes
from sfund_sim.report.price_figure import price_to_nav
from sfund_sim.report.recycling_figure import recycling
from sfund_sim.report.stages_figure import stages_of_exit
from sfund_sim.report.timing_figures import time_to_exit, ways_out
from sfund_sim.report.words import phrase


def run_figures(tables: Tables, info: RunInfo, language: Language, *, of: int = 0) -> list[Drawn]:
    """The figures of a run in the order of the report, drawn from the replications that the tables hold.

    ``of`` is the number of the run's replications; where it is larger, captions say that these are the first ones.
    """
    exits, drawn_from = tables["exits"], info.replications
    first = phrase("figure_of_the_first", language, drawn=drawn_from, n=of) if drawn_from < of else ""
    drawings = [
        time_to_exit(exits, info, language),
        ways_out(exits, info, language),
        price_to_nav(exits, info, language),
        recycling(tables["recycling"], info, language),
    ]
    drawings = [
        replace(one, caption=one.caption + first, data=one.data.assign(drawn_from=drawn_from)) for one in drawings
    ]
    return [*drawings[:-1], stages_of_exit(tables, info, language), drawings[-1]]


def figure_files(drawings: Sequence[Drawn]) -> dict[str, bytes]:
    """Names and contents of the files in ``figures/``; the same bytes on every run."""
    files: dict[str, bytes] = {}
    for drawn in drawings:
        files[f"figures/{drawn.name}.svg"] = drawn.svg.encode()
        files[f"figures/{drawn.name}.png"] = png_bytes(drawn.figure)
        files[f"figures/{drawn.name}.csv"] = csv_bytes(drawn.data)
    return files
