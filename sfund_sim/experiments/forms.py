"""The form of the JSON files of folders, with bounds: whatever stands there is told as it is, never stumbled over."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Annotated, Any, TypeGuard

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

MOST = 1_000_000
"""Replications that an experiment has at most."""


STRICT = ConfigDict(strict=True, extra="allow")
"""Of a form: kinds of values count exactly, ``true`` is no number; more may stand there."""


def has_form(found: object, form: type[BaseModel]) -> TypeGuard[dict[str, Any]]:
    """Has a value this form?"""
    try:
        form.model_validate(found)
    except ValidationError:
        return False
    return True


class FileForm(BaseModel):
    """Size and hash of a file."""

    model_config = ConfigDict(strict=True, extra="forbid")

    size: int = Field(ge=0, lt=2**63)
    sha256: str


def _within(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("no path within a folder")
    return name


Within = Annotated[str, AfterValidator(_within)]
Files = dict[Within, FileForm]
"""Files by their path within a folder."""
Seed = Annotated[int, Field(ge=0, lt=2**63)]
Count = Annotated[int, Field(ge=0, le=MOST)]
"""Of replications, or of what cannot be more."""


def json_value(text: str) -> Any:
    """The value of a JSON text; JSONDecodeError for what is none, and for one nested deeper than can be read."""
    try:
        return json.loads(text)
    except RecursionError:
        raise json.JSONDecodeError("nested too deeply", text, 0) from None
