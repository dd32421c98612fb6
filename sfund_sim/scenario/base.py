"""What every piece of a scenario has in common: frozen, no unknown keys, described by its own docstrings."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Described(BaseModel):
    """A frozen piece of a scenario; attribute docstrings are the descriptions in schema, ODD tables and ``explain``."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)


Share = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(gt=-1, le=10)]
Hazard = Annotated[float, Field(ge=0, le=100)]
Yuan = Annotated[float, Field(ge=0, le=1e14)]
Days = Annotated[int, Field(ge=0, le=3650)]
Years = Annotated[float, Field(ge=0, le=50)]
Spread = Annotated[float, Field(ge=0, le=5)]
"""Standard deviation of a logarithm."""
Count = Annotated[int, Field(ge=0, le=5_000_000)]
