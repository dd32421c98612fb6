"""Where the time of one national replication goes, from building the market to the bytes that are written.

Run ``python docs/performance/parts.py`` (and, for another market, a scenario file and ``path=value`` overrides behind
it): it prints the table of docs/performance.md. Functions are wrapped with a clock that each stops for what it calls;
nothing else is changed. The floor is drawn again alone: the same random numbers of companies, in the same types and
portions.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from unittest import mock

import numpy as np

from sfund_sim.experiments.rendering import ledger_name, render
from sfund_sim.experiments.replication import of_journal
from sfund_sim.experiments.running import planned
from sfund_sim.ground.diary import HeapDiary
from sfund_sim.ground.streams import Streams
from sfund_sim.market import dockets, exchange, sheet, simulate, wishes
from sfund_sim.market.flows import FundFlows, roll_portfolios
from sfund_sim.market.journal import Journal
from sfund_sim.scenario.layers import load_scenario
from sfund_sim.scenario.model import Scenario

SCENARIO, SEED, RUNS = "scenarios/china_national.yaml", 1, 3
WARM_UP = "population.funds.count=200"
Place = tuple[Any, str, str]

PLACES: list[Place] = [
    (simulate, "build_population", "building funds, partners and holdings"),
    (simulate, "roll_portfolios", "fund roll: companies by quarter"),
    (simulate, "close_quarter", "quarter ends: flows, votes, registers"),
    (FundFlows, "publish", "quarter ends: flows, votes, registers"),
    (simulate, "raise_money", "quarter ends: flows, votes, registers"),
    (wishes.SellClocks, "start_quarter", "wishes"),
    (HeapDiary, "run_until", "sales: stories, one by one"),
    (exchange, "hold_bidding", "sales: biddings, one by one"),
    (sheet, "_reckoned", "sales: sellers' reviews, together"),
    (dockets, "brief_reviews", "sales: sellers' reviews, together"),
    (dockets, "brief_openings", "sales: openings, together"),
    (dockets, "brief_results", "sales: biddings, together"),
    (dockets, "brief_talks", "sales: talks, together"),
    (dockets, "brief_notices", "sales: notices, together"),
    (simulate, "close_books", "records: closing the books"),
    (Journal, "settle", "records: rows to columns"),
]
LEDGER, TABLES, REST = "writing: ledger with its hashes", "writing: tables", "everything else"
PARTS = [*dict.fromkeys(part for *_, part in PLACES), LEDGER, TABLES, REST]


class Watch:
    """Processor time by part; a part's clock stands still while another part runs inside it."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def on(self, part: str) -> Iterator[None]:
        """Time spent here is this part's."""
        self._turn()
        self._running.append(part)
        try:
            yield
        finally:
            self._turn()
            self._running.pop()

    def _turn(self) -> None:
        now = time.process_time()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since
        self._since = now

    def timed(self, deed: Callable[..., Any], part: str) -> Callable[..., Any]:
        """The deed, with its time written down."""

        def watched(*arguments: Any, **named: Any) -> Any:
            with self.on(part):
                return deed(*arguments, **named)

        return watched


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """All places with a clock; what stood there comes back afterwards."""
    with ExitStack() as stack:
        for owner, name, part in PLACES:
            stack.enter_context(mock.patch.object(owner, name, watch.timed(getattr(owner, name), part)))
        yield


class Heard:
    """A generator that remembers what was asked of it."""

    def __init__(self, generator: np.random.Generator, asked: list[tuple[Any, ...]]) -> None:
        self._generator, self._asked = generator, asked

    def __getattr__(self, name: str) -> Callable[..., Any]:
        draw = getattr(self._generator, name)

        def drawn(*arguments: Any, **named: Any) -> Any:
            out = named.pop("out", None)
            self._asked.append((draw, arguments, named, None if out is None else out.shape))
            return draw(*arguments, **named) if out is None else draw(*arguments, out=out, **named)

        return drawn


class Enough(Exception):
    """No more is needed of a market."""


def bare_draws(scenario: Scenario) -> float:
    """Seconds that the draws of the fund roll take alone."""
    asked: list[tuple[Any, ...]] = []
    of = Streams.of

    def hear(streams: Streams, *address: int) -> Any:
        return Heard(of(streams, *address), asked)  # type: ignore[arg-type]

    def roll(*arguments: Any) -> None:
        with mock.patch.object(Streams, "of", hear):
            roll_portfolios(*arguments)
        raise Enough

    with mock.patch.object(simulate, "roll_portfolios", roll), suppress(Enough):
        simulate.tabulate(scenario, 1, SEED)
    room: dict[Any, Any] = {}
    began = time.process_time()
    for draw, arguments, named, shape in asked:
        if shape is None:
            draw(*arguments, **named)
        else:
            dtype = named.get("dtype", np.float64)
            if (shape, dtype) not in room:
                room[shape, dtype] = np.empty(shape, dtype)
            draw(*arguments, out=room[shape, dtype], **named)
    return time.process_time() - began


def parts_of(overrides: list[str], scenario: str = SCENARIO) -> dict[str, float]:
    """Seconds by part, of the quickest of some runs."""
    plan = planned(load_scenario(scenario, overrides), replications=1, seed=SEED)
    simulate.tabulate(load_scenario(SCENARIO, [WARM_UP]).scenario, 1, SEED)
    found: list[dict[str, float]] = []
    for _ in range(RUNS):
        watch = Watch()
        with watched(watch), watch.on(REST):
            done = of_journal(simulate.tabulate(plan.loaded.scenario, 1, SEED), 1)
            with watch.on(TABLES):
                for name, pieces in render(plan.info, done, spends=True):
                    with watch.on(LEDGER if name == ledger_name(1) else TABLES):
                        deque(pieces, maxlen=0)
        found.append(dict(watch.seconds))
    return min(found, key=lambda seconds: sum(seconds.values()))


def main() -> None:
    """Print the table."""
    warnings.simplefilter("ignore")
    overrides = [word for word in sys.argv[1:] if "=" in word]
    scenario = next((word for word in sys.argv[1:] if "=" not in word), SCENARIO)
    found = parts_of(overrides, scenario)
    total = sum(found.values())
    for part in PARTS:
        print(f"| {part} | {found.get(part, 0.0):.2f} | {found.get(part, 0.0) / total:.0%} |")
    print(f"| all | {total:.2f} | |")
    floor = min(bare_draws(load_scenario(scenario, overrides).scenario) for _ in range(2))
    print(f"random numbers of the fund roll alone: {floor:.2f} s")


if __name__ == "__main__":
    main()
