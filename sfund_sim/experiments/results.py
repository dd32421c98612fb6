"""Results of a run, as Python users see them: tidy tables built when first asked for, a summary, and ``save``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sfund_sim.experiments.facts import run_info, with_own_names
from sfund_sim.experiments.failures import missing_note
from sfund_sim.experiments.keeping import FUND_QUARTERS, USUAL, Keeping, keeping
from sfund_sim.experiments.own_parts import entries, with_parts
from sfund_sim.experiments.replication import Failure, Replication
from sfund_sim.ground.errors import SfundError
from sfund_sim.scenario.cut_short import cut_short

if TYPE_CHECKING:
    import pandas as pd

    from sfund_sim.experiments.precision import Reached
    from sfund_sim.experiments.results_folder import Reporter
    from sfund_sim.ground.errors import Language
    from sfund_sim.outcomes.run_info import RunInfo
    from sfund_sim.outcomes.tables import Tables
    from sfund_sim.scenario.layers import LoadedScenario
    from sfund_sim.scenario.model import Scenario

FIGURE_EXITS = 50_000
"""Decisions to sell that figures are drawn from; whole replications, from the first on, until there are so many."""
_EXITS_AT_ONCE, _AT_ONCE = 10_000, 50
"""Exits, and replications, that are summarised together: enough for arrays to pay, and never more in memory."""

SCENARIO_FILE = "scenario.resolved.yaml"
"""The run folder's own scenario: complete, with seed and number of replications."""


def repeat_command(replications: int, seed: int, kept: Keeping) -> str:
    """The command that gives a run's results again, typed in its folder."""
    return " ".join([f"sfund run {SCENARIO_FILE} --reps {replications} --seed {seed}", *kept.words])


class Making(NamedTuple):
    """How results were made; nothing in tables or figures depends on it."""

    workers: int
    wall_seconds: float
    """Time that the replications took together."""
    warnings: tuple[str, ...]
    """What the replications warned of, each text once, in order of replications."""
    reached: Reached | None = None
    """What became of a wish for precision; None when there was none."""


class Results:
    """What all replications of a scenario came to; rows are in the order of replications, however they were run."""

    def __init__(
        self,
        loaded: LoadedScenario,
        by_number: Mapping[int, Replication],
        seed: int,
        making: Making,
        failures: tuple[Failure, ...] = (),
    ) -> None:
        self.loaded = loaded
        """The scenario as it was given, with the evidence for its numbers: what ``sf.run`` takes again."""
        self.by_number = by_number
        """Each replication's journal as arrays."""
        self.failures = failures
        """Replications that raised and are missing."""
        self.seed = seed
        self.making = making
        self.info: RunInfo = run_info(loaded.scenario, seed=seed, replications=len(by_number))
        """Names, dates, seed and hash, as tables and figures carry them."""
        self.reporter: Reporter | None = None
        """What makes figures and report on saving."""
        self.keeping = Keeping()
        """Which tables the run's folder keeps, and in what form."""
        self._tables: Tables = {}
        self._summary: pd.DataFrame | None = None

    @property
    def scenario(self) -> Scenario:
        """What was run: ``scenario.horizon.start`` and every other value."""
        return self.loaded.scenario

    @property
    def replications(self) -> int:
        """Number of replications."""
        return len(self.by_number)

    @property
    def wanted(self) -> int:
        """Number of replications, failed ones too."""
        return self.replications + len(self.failures)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was set in vain, how many replications are missing, and what the others warned of, each text once."""
        return (*cut_short(self.loaded), *missing_note(self.failures, self.wanted), *self.making.warnings)

    @property
    def repeat_command(self) -> str:
        """The command that gives these results again, typed in the run folder."""
        return with_parts(repeat_command(self.wanted, self.seed, self.keeping), entries(self.scenario))

    @property
    def exits(self) -> pd.DataFrame:
        """One row a decision to sell, censored ones too."""
        return self.tables()["exits"]

    @property
    def listings(self) -> pd.DataFrame:
        """One row a round at a venue."""
        return self.tables()["listings"]

    @property
    def bids(self) -> pd.DataFrame:
        """One row a bid."""
        return self.tables()["bids"]

    @property
    def stages(self) -> pd.DataFrame:
        """One row a stage of an exit."""
        return self.tables()["stages"]

    @property
    def votes(self) -> pd.DataFrame:
        """One row a vote on a fund's extension."""
        return self.tables()["votes"]

    @property
    def funds(self) -> pd.DataFrame:
        """One row a fund at the horizon."""
        return self.tables()["funds"]

    @property
    def holdings(self) -> pd.DataFrame:
        """One row a holding at the horizon."""
        return self.tables()["holdings"]

    @property
    def recycling(self) -> pd.DataFrame:
        """One row a use of exit money."""
        return self.tables()["recycling"]

    @property
    def fund_quarters(self) -> pd.DataFrame:
        """One row a fund and quarter; SfundError when ``run`` was not asked for them."""
        self._check_noted()
        return self.tables()[FUND_QUARTERS]

    @property
    def runs(self) -> pd.DataFrame:
        """One row a replication."""
        return self.tables()["runs"]

    @property
    def summary(self) -> pd.DataFrame:
        """One row an outcome and group: estimate, 95 % interval over replications, number of rows behind it."""
        if self._summary is None:
            self.summarise(tables for _, tables in self.stream(for_summary=True))
            assert self._summary is not None
        return self._summary

    def save(
        self,
        folder: str | Path,
        *,
        report: bool = True,
        language: Language = "en",
        tables: str = "csv",
        keep: Sequence[str] = (),
    ) -> Path:
        """Write the run folder, whole or not at all, and return it; OutputError when something stands there already.

        ``tables`` is ``csv`` or ``parquet``; ``keep`` names tables (and ``ledger``), all that there are unless given.
        SfundError when ``fund_quarters`` are named and ``run`` was not asked for them.
        """
        from sfund_sim.experiments.archive import staged
        from sfund_sim.experiments.results_folder import Wishes
        from sfund_sim.experiments.run_folder import write_run

        kept = keeping(tables, keep or ([USUAL, FUND_QUARTERS] if self._has_quarters else []))
        if kept.keeps(FUND_QUARTERS):
            self._check_noted()
        with staged(Path(folder)) as staging:
            wishes = Wishes(self.reporter if report else None, language, keeping=kept)
            write_run(staging, self, wishes)
        return staging.final

    @property
    def _has_quarters(self) -> bool:
        first = next(iter(self.by_number.values()), None)
        return first is not None and FUND_QUARTERS in first.tables

    def _check_noted(self) -> None:
        if not self._has_quarters:
            raise SfundError("funds' quarters were not noted; ask for them: run(scenario, fund_quarters=True)",
                             "运行时未记录各基金的季度数据；请使用 run(scenario, fund_quarters=True)")  # fmt: skip

    def tables(self) -> Tables:
        """All tables by name."""
        from sfund_sim.outcomes.tables import joined

        if not self._tables:
            self._tables = joined(tables for _, tables in self.stream())
        return self._tables

    def stream(self, *, for_summary: bool = False) -> Iterator[tuple[Replication, Tables]]:
        """Each replication with its own tables, all or those for the summary, in order, one at a time."""
        from sfund_sim.outcomes.tables import replication_tables, summary_tables

        tables = summary_tables if for_summary else replication_tables

        for number in sorted(self.by_number):
            replication = self.by_number[number]
            yield replication, tables(*with_own_names(self.info, replication))

    def summarise(self, parts: Iterable[Tables]) -> Tables:
        """Take the summary from the tables of all replications, which come one by one; return the first ones' tables.

        Whole replications are kept for figures until they have ``FIGURE_EXITS`` exits, so that memory does not grow.
        """
        from sfund_sim.outcomes.measures.accumulating import Summary
        from sfund_sim.outcomes.tables import joined

        whole = Summary(self.info)
        kept: list[Tables] = []
        exits_kept = 0
        for several in _by_the_block(parts):
            tables = joined(several)
            whole.add(tables)
            if exits_kept < FIGURE_EXITS:
                kept.append(tables)
                exits_kept += len(tables["exits"])
        self._summary = whole.table()
        return joined(kept)

    def resolved_yaml(self) -> str:
        """A complete scenario file that gives this run again, seed and number of replications included."""
        return resolved_yaml(self.loaded, seed=self.seed, replications=self.wanted)


def _by_the_block(parts: Iterable[Tables]) -> Iterator[list[Tables]]:
    """Tables of several replications at a time, as many as are summarised together."""
    waiting: list[Tables] = []
    for tables in parts:
        waiting.append(tables)
        if len(waiting) >= _AT_ONCE or sum(len(each["exits"]) for each in waiting) >= _EXITS_AT_ONCE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def resolved_yaml(loaded: LoadedScenario, *, seed: int, replications: int) -> str:
    """A complete scenario file with this seed and this number of replications."""
    from sfund_sim.scenario.reading import yaml_text

    return yaml_text({**loaded.evidenced_tree, "seed": seed, "replications": replications})
