"""The JSON Schema of scenario files, by which editors complete and check them while they are written.

It describes one layer of a scenario: nothing is required, for the rest may stand in the file that it extends, and every
value may be written with what it rests on. ``sfund validate`` is the full check.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from sfund_sim.scenario.evidence import FOR_ALL_BELOW
from sfund_sim.scenario.likeness import LIKE
from sfund_sim.scenario.merging import ADDED, EXTENDS
from sfund_sim.scenario.nodes import Status
from sfund_sim.scenario.shapes import POLICY
from sfund_sim.scenario.variants import NAME, VARIANTS

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_EVIDENCE = {
    "source": {"type": "string", "description": "Where the value is from."},
    "status": {"enum": [status.value for status in Status], "description": "How well the value is founded."},
    "note": {"type": "string", "description": "A remark."},
}


def scenario_schema(model: type[BaseModel]) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a file that describes the model, in whole or as a layer."""
    schema = model.model_json_schema(mode="validation")
    pieces: dict[str, Any] = {}
    whole = _layered(_hoisted(schema, pieces, name=""))
    whole["properties"][EXTENDS] = {
        "type": "string",
        "description": "File (relative to this one) or shipped scenario that this one is laid over.",
    }
    whole["properties"][VARIANTS] = {
        "type": "object",
        "description": "Named sets of changes by path, which `sfund compare` sets beside the file as it stands.",
        "propertyNames": {"pattern": f"^{NAME.pattern}$|^{FOR_ALL_BELOW}$"},
        "additionalProperties": {"type": "object"},
    }
    if POLICY in whole["properties"]:
        told = "Dated changes that join those of the base; 'policy' would replace them."
        whole["properties"][ADDED] = {**whole["properties"][POLICY], "description": told}
    if "Venue" in pieces:
        told = "Another venue that this one is like, as it stands in this file and those below, but for its own keys."
        pieces["Venue"]["properties"][LIKE] = {"type": "string", "description": told}
    pieces = {name: _layered(piece) for name, piece in sorted(pieces.items())}
    pieces["Evidence"] = {"type": "object", "properties": _EVIDENCE, "additionalProperties": False}
    return {"$schema": _DIALECT, **whole, "$defs": pieces}


def _hoisted(schema: Any, pieces: dict[str, Any], *, name: str | None = None) -> Any:
    """The schema with every object in the one ``$defs`` at the root, so that none is written out twice.

    ``name`` is that of the piece in hand; None for what may itself have to be moved.
    """
    if isinstance(schema, list):
        return [_hoisted(item, pieces) for item in schema]
    if not isinstance(schema, dict):
        return schema
    for inner, piece in schema.get("$defs", {}).items():
        pieces[inner] = _hoisted(piece, pieces, name=inner)
    title = str(schema.get("title", ""))
    whole = {key: _hoisted_below(key, value, pieces) for key, value in schema.items() if key != "$defs"}
    if name is not None or "properties" not in schema or pieces.setdefault(title, whole) != whole:
        return whole
    return {"$ref": f"#/$defs/{title}"}


def _hoisted_below(key: str, value: Any, pieces: dict[str, Any]) -> Any:
    """What stands under a keyword; below ``properties`` the keys are names, not keywords."""
    if key == "properties":
        return {name: _hoisted(one, pieces) for name, one in value.items()}
    return _hoisted(value, pieces) if isinstance(value, dict | list) else value


def _layered(schema: dict[str, Any]) -> dict[str, Any]:
    """An object of which any part may be left out and every value may say what it rests on."""
    if "anyOf" in schema:
        schema = {**schema, "anyOf": [_layered(choice) for choice in schema["anyOf"]]}
    if isinstance(schema.get("items"), dict):
        schema = {**schema, "items": _with_evidence(schema["items"])}
    if isinstance(schema.get("additionalProperties"), dict):
        schema = {"properties": {}, **schema, "additionalProperties": _with_evidence(schema["additionalProperties"])}
    if "propertyNames" in schema:
        schema = {**schema, "propertyNames": {"anyOf": [schema["propertyNames"], {"const": FOR_ALL_BELOW}]}}
    if "properties" not in schema:
        return schema
    properties = {name: _with_evidence(value) for name, value in schema["properties"].items()}
    properties[FOR_ALL_BELOW] = {"$ref": "#/$defs/Evidence"}
    return {**{key: value for key, value in schema.items() if key != "required"}, "properties": properties}


def _with_evidence(schema: dict[str, Any]) -> dict[str, Any]:
    """The value as such, or ``{value, source, status, note}`` around it."""
    bare = _layered({key: value for key, value in schema.items() if key not in ("description", "title", "default")})
    wrapped = {
        "type": "object",
        "properties": {"value": bare, **{name: {"$ref": f"#/$defs/Evidence/properties/{name}"} for name in _EVIDENCE}},
        "required": ["value"],
        "minProperties": 2,
        "additionalProperties": False,
    }
    kept: dict[str, Any] = {key: schema[key] for key in ("description", "title", "default") if key in schema}
    return {**kept, "anyOf": [bare, wrapped]}
