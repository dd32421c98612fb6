"""Results of a sweep, as Python users see them and as a folder keeps them: tidy tables, and ``save``."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sfund_sim.experiments import manifest, sweep_tables
from sfund_sim.experiments.facts import experiment_hash
from sfund_sim.experiments.failures import Place, failure_files, missing_note
from sfund_sim.experiments.keeping import Keeping, keeping
from sfund_sim.experiments.own_parts import entries, files_of, hashes, with_parts
from sfund_sim.experiments.replication import Failure, Replication
from sfund_sim.experiments.results import SCENARIO_FILE, Making
from sfund_sim.experiments.results_folder import (
    Reporter,
    Saved,
    Wishes,
    completed,
    dictionary,
    how_made,
    made_into,
    told_of,
)
from sfund_sim.experiments.sweep_gaps import gaps
from sfund_sim.experiments.sweep_values import MarketMeasure
from sfund_sim.experiments.sweeping import SweepPlan, run_points
from sfund_sim.experiments.table_files import table_files
from sfund_sim.scenario.cut_short import cut_short, levers_cut_short
from sfund_sim.scenario.experiment_points import level_text

if TYPE_CHECKING:
    import pandas as pd

    from sfund_sim.experiments.archive import Staging
    from sfund_sim.experiments.identity import Identity
    from sfund_sim.experiments.work_folder import Means, WorkFolder
    from sfund_sim.ground.errors import Language
    from sfund_sim.scenario.layers import LoadedScenario
    from sfund_sim.scenario.model import Scenario


def repeat_command(replications: int, seed: int) -> str:
    """The command that gives a sweep's results again, typed in its folder."""
    return f"sfund sweep {SCENARIO_FILE} --reps {replications} --seed {seed}"


class SweepResults:
    """What all points of a sweep came to; nothing in it depends on how many workers ran, or in which order."""

    def __init__(
        self,
        plan: SweepPlan,
        runs: Mapping[int, Replication],
        making: Making,
        failures: tuple[Failure, ...] = (),
    ) -> None:
        self.plan = plan
        self.runs = runs
        self.making = making
        self.failures = failures
        """Runs that raised and are missing."""
        self.reporter: Reporter | None = None
        """What makes figures and report on saving."""

    @property
    def loaded(self) -> LoadedScenario:
        """The scenario with its experiment as they were given: what ``sf.sweep`` takes again."""
        return self.plan.loaded

    @property
    def scenario(self) -> Scenario:
        """What was varied: ``scenario.horizon.start`` and every other value."""
        return self.loaded.scenario

    @cached_property
    def points(self) -> pd.DataFrame:
        """One row a point: its number, its combination of levers and of uncertainties, and the value of each factor."""
        import pandas as pd

        design = self.plan.design
        rows = [[level.value for level in design.levels(point)] for point in range(design.size)]
        table = pd.DataFrame(rows, columns=[factor.name for factor in design.factors])
        table.insert(0, "point_id", range(1, design.size + 1))
        table.insert(1, "policy_id", design.policies)
        table.insert(2, "future_id", design.futures)
        return table

    @cached_property
    def values(self) -> pd.DataFrame:
        """One row an outcome, group, point and replication."""
        name = self.plan.loaded.scenario.name
        return sweep_tables.values_table(self.runs, self.plan.points, scenario_id=name, seed=self.plan.seed)

    @cached_property
    def cube(self) -> sweep_tables.Cube:
        """The values as an array [points, replications, outcomes in groups]."""
        points = self.plan.points
        return sweep_tables.Cube(self.values, self.plan.design.size, points.replications).pool(self.runs, points)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row a point and outcome: mean over replications with its 95 % interval."""
        return sweep_tables.summary_table(self.cube)

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Each combination of levers less the first, paired; empty without pairing, and where levers are sampled."""
        values = self.cube.put_into(self.values) if self._is_paired else self.values.iloc[:0]
        return sweep_tables.effects_table(values, self.plan.design, self.cube.grains)

    @property
    def _is_paired(self) -> bool:
        return self.plan.experiment.pairing and self.plan.design.kind in ("grid", "latin_hypercube")

    @cached_property
    def sensitivity(self) -> pd.DataFrame:
        """Indices of sensitivity with bootstrap intervals; empty for a grid."""
        return sweep_tables.sensitivity_table(self.cube, self.plan.design, self.plan.seed)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was varied in vain, how many runs are missing, and what the others warned of, each text once."""
        return (*self.cautions, *missing_note(self.failures, self.plan.runs), *self.making.warnings)

    @cached_property
    def cautions(self) -> tuple[str, ...]:
        """What the reader of any number here must know first: values that do not hold, outcomes without any."""
        short = dict.fromkeys([*levers_cut_short(self.plan.loaded), *cut_short(self.plan.loaded)])
        measure = self.plan.points.measure
        outcomes = measure.outcomes if isinstance(measure, MarketMeasure) else ()
        others = len(set(self.plan.design.policies.tolist())) - 1 if self._is_paired else 0
        return (*short, *gaps(outcomes, self.summary, self.effects, others))

    @property
    def repeat_command(self) -> str:
        """The command that gives these results again, typed in the folder."""
        return repeat_command(self.plan.points.replications, self.plan.seed)

    def save(self, folder: str | Path, *, report: bool = True, language: Language = "en", tables: str = "csv") -> Path:
        """Write the folder, whole or not at all, and return it; OutputError when something stands there already.

        ``tables`` is the form of the values of all runs, ``csv`` or ``parquet``.
        """
        from sfund_sim.experiments.archive import staged

        with staged(Path(folder)) as staging:
            reporter = self.reporter if report else None
            write_sweep(staging, self, Wishes(reporter, language, keeping=keeping(tables)))
        return staging.final


def sweep_in_memory(plan: SweepPlan) -> SweepResults:
    """Run a sweep and keep its values in memory; ReplicationFailed when a run raises."""
    runs: dict[int, Replication] = {}
    return SweepResults(plan, runs, run_points(plan, lambda run: runs.setdefault(run.number, run.opened())))


def sweep_into(
    plan: SweepPlan,
    final: Path,
    wishes: Wishes,
    *,
    means: Means | None = None,
    or_numbered: bool = False,
    told: Callable[[], None] = lambda: None,
) -> Saved[SweepResults]:
    """Run a sweep into a folder, see ``made_into``; ``told`` is called after each run."""

    def make(work: WorkFolder) -> SweepResults:
        made = run_points(plan, lambda run: told(), work.execute)
        return SweepResults(plan, work.parts, made, work.some_are_finished())

    return made_into(final, identity(plan, wishes.keeping), wishes, make=make, write=write_sweep,
                     story=partial(_settings, plan), means=means, or_numbered=or_numbered)  # fmt: skip


def identity(plan: SweepPlan, kept: Keeping | None = None) -> Identity:
    """By what finished runs of this sweep are known: every point's scenario, and how runs are numbered."""
    from sfund_sim.experiments.facts import scenario_hash
    from sfund_sim.experiments.identity import Identity

    points = plan.points
    lines = [*map(scenario_hash, points.scenarios), f"{points.replications} {points.pairing} {points.measure!r}"]
    sha256 = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return Identity("sweep", sha256, plan.seed, points.replications, kept or Keeping(), hashes(entries(points)))


def write_sweep(staging: Staging, results: SweepResults, wishes: Wishes) -> dict[str, Any]:
    """Fill a sweep's folder and return its manifest."""
    from sfund_sim.outcomes.csv_text import csv_bytes

    staging.write(SCENARIO_FILE, resolved_yaml(results.plan).encode())
    staging.write("dictionary.csv", dictionary())
    staging.write("points.csv", _points_bytes(results.points))
    if not results.values.empty:
        with table_files(staging) as files:
            files.add_table("values", results.values, wishes.keeping)
    for name in ("summary", "effects", "sensitivity"):
        table: pd.DataFrame = getattr(results, name)
        if not table.empty:
            staging.write(f"{name}.csv", csv_bytes(table))
    pages = wishes.reporter(results, wishes.language) if wishes.reporter else {}
    failures = failure_files(results.failures, partial(_place, results.plan))
    return completed(staging, {**pages, **failures, **files_of(results.plan.points)}, _about(results, wishes))


def _points_bytes(points: pd.DataFrame) -> bytes:
    """The points as CSV; their columns are the paths of the experiment, which no dictionary knows beforehand."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(points.columns)
    writer.writerows([level_text(value) for value in row] for row in points.astype(object).to_numpy().tolist())
    return codecs.BOM_UTF8 + text.getvalue().encode()


def resolved_yaml(plan: SweepPlan) -> str:
    """A complete scenario file that gives this sweep again, seed and number of replications included."""
    from sfund_sim.scenario.reading import yaml_text

    tree = plan.loaded.evidenced_tree
    experiment = {**tree["experiment"], "replications": plan.points.replications}
    return yaml_text({**tree, "seed": plan.seed, "experiment": experiment})


def _about(results: SweepResults, wishes: Wishes) -> dict[str, Any]:
    plan, info = results.plan, results.plan.info
    again = with_parts(" ".join([results.repeat_command, *wishes.keeping.words]), entries(plan.points))
    return {
        "kind": "sweep",
        **manifest.present(*wishes.keeping.libraries),
        "scenario": info.scenario_id,
        "scenario_sha256": info.scenario_hash,
        "experiment_sha256": experiment_hash(plan.experiment),
        "seed": plan.seed,
        "replications": plan.points.replications,
        "design": plan.design.kind,
        "points": plan.design.size,
        "tables": wishes.keeping.form,
        **told_of(plan.points),
        **how_made(results.making, results.warnings, wishes, replications=plan.points.replications, again=again),
    }


def _place(plan: SweepPlan, number: int) -> Place:
    point, rep = plan.points.place(number)
    return Place(rep, f"point {point + 1}")


def _settings(plan: SweepPlan, failure: Failure) -> list[str]:
    point, rep = plan.points.place(failure.number)
    levels = zip(plan.design.factors, plan.design.levels(point), strict=True)
    settings = ", ".join(f"{one.name} = {level.value}" for one, level in levels)
    return [f"point {point + 1}, replication {rep}: {settings}"]
