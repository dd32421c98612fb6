"""A merged tree against the model: the validated object, or every complaint at once."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sfund_sim.ground.errors import Problem
from sfund_sim.scenario.complaints import complaints
from sfund_sim.scenario.dated import dated_complaints
from sfund_sim.scenario.nodes import Mapping, plain
from sfund_sim.scenario.shapes import POLICY

Model = TypeVar("Model", bound=BaseModel)
Errors = dict[tuple[int | str, ...], Any]


def validated(model: type[Model], root: Mapping, *, is_whole: bool = True) -> tuple[Model | None, list[Problem]]:
    """The validated model (None when it is wrong) and all complaints.

    ``is_whole`` False: a file of the chain could not be read, so missing keys are not complained of. pydantic's usual
    mode silently turns "5" into 5 and true into 1; its strict JSON mode does not, but knows no dates. Each finds what
    the other cannot, so both are asked.
    """
    tree = plain(root)
    scenario: Model | None = None
    usual: Errors = {}
    try:
        scenario = model.model_validate(tree)
    except ValidationError as error:
        usual = _by_place(error)
    errors = {**_strict(model, tree), **{place: e for place, e in usual.items() if e["type"] == "string_type"}}
    errors = {**{place: e for place, e in usual.items() if place not in errors}, **errors}
    kept = [error for error in errors.values() if is_whole or error["type"] != "missing"]
    dated = dated_complaints(model, root)
    if dated:
        # The replay of the timeline stops at the first dated change that does not fit: these say it better, and all.
        kept = [error for error in kept if error["type"] != "value_error" or not _is_about_policy(error)]
    problems = [*complaints(kept, model, root), *dated]
    return (None if problems else scenario), problems


def _strict(model: type[BaseModel], tree: dict[str, Any]) -> Errors:
    try:
        model.model_validate_json(json.dumps(tree, default=str), strict=True)
    except ValidationError as error:
        return _by_place(error)
    return {}


def _is_about_policy(error: Any) -> bool:
    path = (*error["loc"], *getattr(error.get("ctx", {}).get("error"), "path", ()))
    return path[:1] == (POLICY,)


def _by_place(error: ValidationError) -> Errors:
    """The errors by location and type: members of a union give several at one place, in different locations."""
    return {one["loc"]: one for one in error.errors(include_url=False)}
