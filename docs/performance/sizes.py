"""How the cost of one national replication grows with its size: seconds a fund, and memory a holding.

Run ``python docs/performance/sizes.py``: it measures scenarios/china_national.yaml with ever more funds and writes
docs/performance/sizes.csv and docs/images/performance_sizes.svg and .png. Only ``population.funds.count`` changes.
Partners, companies and wishes grow with the funds; buyers, their money, venues and the ten years stay as they are, so
that a small market bids somewhat more: 269 bids a thousand funds at 1,000 funds, 205 at 55,000.

Each size is measured in a process of its own, after a small run that leaves the start out: processor time of
``simulate`` (the least of some runs), peak memory of the whole process, and, in one more run, the most that the
replication itself held at once, as Python and NumPy allocate it. The last is what is divided by the holdings: a process
keeps some 100 MiB from reading the scenario, in which a small market finds all its room.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from typing import NamedTuple

from matplotlib.figure import Figure

SCENARIO, SEED = "scenarios/china_national.yaml", 1
SIZES = (1_000, 5_000, 20_000, 55_000)
WARM_UP_FUNDS = 200
GOAL = 1.5
"""How many times of the least the most may be."""
ROOT = Path(__file__).parents[2]
TABLE, PICTURE = ROOT / "docs/performance/sizes.csv", ROOT / "docs/images/performance_sizes"


class Cost(NamedTuple):
    """What one replication of a size cost."""

    funds: int
    holdings: int
    """Rows of the table of holdings at the horizon."""
    exits: int
    """Decisions to sell."""
    listings: int
    seconds: float
    """Processor time of ``simulate``."""
    process_bytes: int
    """Peak memory of the process: Python, libraries, scenario and the replication."""
    held_bytes: int
    """Most that the replication held at once."""

    @property
    def milliseconds_a_fund(self) -> float:
        """Processor time divided by the number of funds."""
        return 1e3 * self.seconds / self.funds

    @property
    def bytes_a_holding(self) -> float:
        """Most that the replication held at once, divided by the number of holdings."""
        return self.held_bytes / self.holdings


def measured(sizes: tuple[int, ...] = SIZES, *, runs: int = 3) -> list[Cost]:
    """The costs of these sizes, each in a fresh process."""
    return [_in_a_fresh_process(funds, runs) for funds in sizes]


def _in_a_fresh_process(funds: int, runs: int) -> Cost:
    command = [sys.executable, __file__, str(funds), str(runs)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    return Cost(**json.loads(answer))


def cost_of(funds: int, runs: int) -> Cost:
    """Measure here and now; the process should be a new one."""
    import warnings

    from sfund_sim.market.simulate import tabulate
    from sfund_sim.scenario.layers import load_scenario

    warnings.simplefilter("ignore")
    few, many = (
        load_scenario(ROOT / SCENARIO, [f"population.funds.count={count}"]).scenario for count in (WARM_UP_FUNDS, funds)
    )
    tabulate(few, 1, SEED)
    taken = []
    for _ in range(runs):
        began = time.process_time()
        journal = tabulate(many, 1, SEED)
        taken.append(time.process_time() - began)
        found = len(journal.holdings), len(journal.exits), len(journal.listings)
        del journal
    process = peak_memory()
    tracemalloc.start()
    tabulate(many, 1, SEED)
    return Cost(funds, *found, round(min(taken), 3), process, tracemalloc.get_traced_memory()[1])


def peak_memory() -> int:
    """Most memory that this process has held at once, bytes.

    Linux tells a new process's peak in /proc; ``ru_maxrss`` would there begin at that of the process which started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text("ascii").splitlines())
        return 1024 * int(lines["VmHWM"].split()[0])
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def spread(values: list[float]) -> float:
    """How many times the largest is of the smallest."""
    return max(values) / min(values)


def figure_of(costs: list[Cost]) -> Figure:
    """Left: processor time a fund. Right: memory a holding. Both by the number of funds."""
    from sfund_sim import __version__
    from sfund_sim.report.drawing import BLUE, FAINT, VERMILLION, house_style

    funds = [cost.funds for cost in costs]
    with house_style():
        figure = Figure(figsize=(9, 3.8), layout="constrained")
        left, right = figure.subplots(1, 2)
        left.set(title="Processor time", ylabel="Milliseconds a fund")
        right.set(title="Memory at its peak", ylabel="Bytes a holding")
        times, memories = [cost.milliseconds_a_fund for cost in costs], [cost.bytes_a_holding for cost in costs]
        for axes, values, colour in ((left, times, BLUE), (right, memories, VERMILLION)):
            axes.plot(funds, values, "o-", color=colour)
            axes.axhline(GOAL * min(values), color=FAINT, linestyle="--", linewidth=0.8)
            axes.annotate(f"{GOAL} times the least", (funds[-1], GOAL * min(values)), (0, 3), color=FAINT, fontsize=8,
                          textcoords="offset points", ha="right")  # fmt: skip
            axes.set(xscale="log", xlabel="Funds", ylim=(0, 1.1 * max(*values, GOAL * min(values))))
            axes.set_xticks(funds, [f"{count:,}" for count in funds])
            axes.set_xticks([], minor=True)
            axes.grid(axis="y")
        run = f"sfund_sim {__version__}, {SCENARIO}, seed {SEED}, one replication of ten years"
        figure.supxlabel(run, fontsize=7, color=FAINT, x=0.995, ha="right")
    return figure


def write_table(costs: list[Cost], path: Path) -> None:
    """Measurements, and the two numbers that are plotted."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*Cost._fields, "milliseconds_a_fund", "bytes_a_holding"])
        for cost in costs:
            writer.writerow([*cost, f"{cost.milliseconds_a_fund:.4f}", f"{cost.bytes_a_holding:.0f}"])


def read_table(path: Path) -> list[Cost]:
    """Measurements written before."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Cost(*(float(row[name]) if name == "seconds" else int(row[name]) for name in Cost._fields))  # type: ignore[arg-type]
        for row in rows
    ]


def main() -> None:
    """Measure, write the table and draw it."""
    from sfund_sim.report.drawing import png_bytes, svg_text

    write_table(measured(), TABLE)
    costs = read_table(TABLE)
    print(TABLE.read_text("utf-8"), end="")
    for name in ("milliseconds_a_fund", "bytes_a_holding"):
        print(f"{name}: the most is {spread([getattr(cost, name) for cost in costs]):.2f} times the least")
    figure = figure_of(costs)
    PICTURE.with_suffix(".svg").write_text(svg_text(figure), "utf-8")
    PICTURE.with_suffix(".png").write_bytes(png_bytes(figure))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(cost_of(int(sys.argv[1]), int(sys.argv[2]))._asdict()))
    else:
        main()
