"""What every piece of a scenario has in common: frozen, no unknown keys, described by its own docstrings."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Described(BaseModel):
    """A frozen piece of a scenario; attribute docstrings are the descriptions in schema, ODD tables and ``explain``."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)


Share = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(gt=-1, le=10)]
Growth = Annotated[float, Field(gt=-1, le=1)]
"""A return or a growth a year. The market of no country has doubled each year, and at several hundred per cent a year
companies are worth more than the 2**63 fen that a column of money holds before their fund ends."""
Volatility = Annotated[float, Field(ge=0, le=1, json_schema_extra={"unit": ""})]
"""Standard deviation of a log return a year; bounded for the same reason."""
Hazard = Annotated[float, Field(ge=0, le=100)]
Yuan = Annotated[float, Field(ge=0, le=1e14)]
Days = Annotated[int, Field(ge=0, le=3650)]
Years = Annotated[float, Field(ge=0, le=50)]
Spread = Annotated[float, Field(ge=0, le=5)]
"""Standard deviation of a logarithm."""
Count = Annotated[int, Field(ge=0, le=5_000_000)]

NOT_THE_MARKET = ("schema_version", "name", "title", "replications", "seed", "experiment")
"""Fields of a scenario that say what it is called and how it is run, not what the market is like."""


def is_of_the_market(path: str) -> bool:
    """Does a path, as users write it, lead to something that changes what happens in the market?"""
    return path.replace("[", ".").split(".")[0].strip() not in NOT_THE_MARKET
