"""Run the questions' experiments and fill in the numbers and pictures of their pages.

``python docs/questions/make_pages.py r02 r07`` does these two, without names all; ``--reps`` and ``--workers`` as in
``sfund sweep``. Numbers stand between markers that say which (``<!-- levels is_state state share_sold -->`` ...
``<!-- end -->``); the text about them is written by hand and is not touched.
"""

from __future__ import annotations

import argparse
import io
import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from PIL import Image

import sfund_sim as sf
from sfund_sim.outcomes.dictionary import entry
from sfund_sim.report.drawing import house_style
from sfund_sim.report.sweep_figures import sweep_figures
from sfund_sim.report.words import estimate_text, outcome_heading
from sfund_sim.scenario.experiment_points import level_text

HERE = Path(__file__).parent
SCENARIOS = HERE.parents[1] / "scenarios" / "questions"
MARKED = re.compile(r"<!-- (levels|differences|made with|figure)([^>]*?) -->\n(.*?)<!-- end -->", re.DOTALL)
DOTS_AN_INCH = 90
COLOURS = 48


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    lines = [list(headings)]
    lines += [["---"] * len(lines[0]), *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def combinations(results: sf.SweepResults) -> dict[int, str]:
    """What the levers are at in each combination, without what all share."""
    design = results.plan.design
    levers = [number for number, factor in enumerate(design.factors) if factor.is_lever and len(factor.levels) > 1]
    named = {}
    for point in range(design.size):
        levels = design.levels(point)
        short = [design.factors[number].name.rpartition(".")[2].replace("_", " ") for number in levers]
        values = [level_text(levels[number].value) for number in levers]
        told = "; ".join(f"{name}: {value}" for name, value in zip(short, values, strict=True))
        named[int(design.policies[point])] = told
    return named


def levels(results: sf.SweepResults, grouping: str, group: str, outcomes: list[str]) -> str:
    """Levels of outcomes at every combination, with 95 % intervals over replications."""
    found = results.summary.query("group_by == @grouping and group == @group").set_index(["point_id", "outcome"])
    names = combinations(results)
    rows = [[names[point], *(_cell(found, point, outcome, "estimate") for outcome in outcomes)] for point in names]
    return table(["", *(outcome_heading(outcome, "en") for outcome in outcomes)], rows)


def differences(results: sf.SweepResults, grouping: str, group: str, outcomes: list[str]) -> str:
    """Differences from the first combination, paired by replication, and how much variance pairing removed."""
    found = results.effects.query("group_by == @grouping and group == @group").set_index(["policy_id", "outcome"])
    names = combinations(results)
    rows = [
        [names[policy], *(_cell(found, policy, outcome, "difference") for outcome in outcomes)]
        for policy in names
        if policy != 1
    ]
    headings = [f"{outcome_heading(outcome, 'en')}{_removed(found, outcome)}" for outcome in outcomes]
    return table([f"less *{names[1]}*", *headings], rows)


def _cell(found: pd.DataFrame, number: int, outcome: str, column: str) -> str:
    if (number, outcome) not in found.index:
        return "–"
    row = found.loc[[(number, outcome)]]
    value, low, high = (float(row[name].iloc[0]) for name in (column, "low", "high"))
    return estimate_text((value, low, high), entry(outcome).unit, "en")


def _removed(found: pd.DataFrame, outcome: str) -> str:
    """Range of the variance that pairing removed, over the rows of a column."""
    rows = found[found.index.get_level_values("outcome") == outcome]["variance_removed"].dropna()
    if rows.empty:
        return ""
    ends = [f"{float(end):.0%}" for end in (rows.min(), rows.max())]
    return f" (pairing removed {ends[0]})" if ends[0] == ends[1] else f" (pairing removed {ends[0]} to {ends[1]})"


def made_with(results: sf.SweepResults) -> str:
    """Version, seed, size and scenario of the run behind a page."""
    info = results.plan.info
    size = f"{results.plan.design.size} points, {info.replications} replications at each"
    return (
        f"sfund_sim {info.version} (code {info.code}), seed {info.seed}, {size}, "
        f"scenario `{info.scenario_id}` {info.scenario_hash[:12]}."
    )


def drawn_small(results: sf.SweepResults, name: str) -> bytes:
    """A figure of the sweep as a small PNG; KeyError when the sweep has none of that name."""
    drawn = {one.name: one for one in sweep_figures(results, "en")}[name]
    buffer = io.BytesIO()
    with house_style():
        drawn.figure.savefig(buffer, format="png", dpi=DOTS_AN_INCH, metadata={"Software": None})
    small = io.BytesIO()
    Image.open(buffer).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
        small, format="png", optimize=True
    )
    return small.getvalue()


def filled(page: str, results: sf.SweepResults, number: str) -> str:
    """The page with everything between its markers made anew."""

    def made(found: re.Match[str]) -> str:
        kind, words = found.group(1), found.group(2).split()
        if kind == "made with":
            text = made_with(results)
        elif kind == "figure":
            image = HERE / "images" / f"{number}_{words[0]}.png"
            image.parent.mkdir(exist_ok=True)
            image.write_bytes(drawn_small(results, words[0]))
            text = found.group(3).strip() or f"![{words[0]}](images/{image.name})"
        else:
            grouping, group, *outcomes = words
            text = {"levels": levels, "differences": differences}[kind](results, grouping, group, outcomes)
        return f"<!-- {kind}{found.group(2)} -->\n{text}\n<!-- end -->"

    return MARKED.sub(made, page)


def main() -> None:
    """Fill the pages asked for, or all that have an experiment."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("questions", nargs="*", help="for example r02 r07")
    options.add_argument("--reps", type=int)
    options.add_argument("--workers", type=int)
    given = options.parse_args()
    for path in sorted(SCENARIOS.glob("*.yaml")):
        number = path.stem.partition("_")[0]
        if given.questions and number not in given.questions:
            continue
        results = sf.sweep(sf.load_scenario(path), replications=given.reps, workers=given.workers)
        page = HERE / f"{number}.md"
        page.write_text(filled(page.read_text("utf-8"), results, number), "utf-8")
        largest = max((file.stat().st_size for file in (HERE / "images").glob(f"{number}_*.png")), default=0)
        seconds = results.making.wall_seconds
        print(f"{page.name}: {results.plan.runs} runs in {seconds:.0f} s; largest picture {largest / 1000:.0f} kB")


if __name__ == "__main__":
    main()
