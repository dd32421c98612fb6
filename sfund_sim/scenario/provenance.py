"""Where every value of a loaded scenario comes from: file, line, and what its author says it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sfund_sim.scenario.evidence import UNSTATED
from sfund_sim.scenario.nodes import Evidence, Node, Path, Place, leaves


class Origin(NamedTuple):
    """Where a value stands and what it rests on."""

    place: Place
    evidence: Evidence
    text: str
    """As written."""


class Provenance(Mapping[Path, Origin]):
    """Origins by path, for example ``("economy", "market_volatility")``; a default of the model has none."""

    def __init__(self, origins: dict[Path, Origin]) -> None:
        self._origins = origins

    @classmethod
    def of(cls, root: Node) -> Provenance:
        """The origins of all values of a merged tree."""
        return cls(
            {path: Origin(leaf.place, leaf.evidence or UNSTATED, leaf.text) for path, leaf in leaves(root)},
        )

    def __getitem__(self, path: Path) -> Origin:
        return self._origins[path]

    def __iter__(self) -> Iterator[Path]:
        return iter(self._origins)

    def __len__(self) -> int:
        return len(self._origins)
