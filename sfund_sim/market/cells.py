"""One number of a column at a time, to look at or to change."""

from __future__ import annotations

from dataclasses import fields
from typing import Self


class Cells:
    """The memory of an entity's columns, not copies of them; a subclass is a dataclass that names the columns.

    A sale looks at few funds and buyers, but often, and a plain number out of a memoryview costs a third of one out of
    an array. The columns must be changed in place, never replaced.
    """

    @classmethod
    def of(cls, entities: object) -> Self:
        """Cells of all entities."""
        return cls(*(getattr(entities, each.name).data for each in fields(cls)))  # type: ignore[arg-type]
