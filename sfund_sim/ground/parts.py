"""The registry of parts: a rule is one file with one class, found by its ``kind`` in a scenario.

A *family* (auction formats, disclosure rules, ...) is a subclass of ``Part`` declared with ``family="..."``. A *member*
is a subclass of the family with a ``kind``; defining it is registering it. A scenario field typed with the family takes
``first_price`` or ``{kind: first_price, ...}``, looks the kind up and validates the rest against the member.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import pkgutil
import sys
import traceback
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from sfund_sim.ground.errors import Problem, ScenarioError, SfundError


class Part(BaseModel):
    """Base of all parts: a frozen description that can also act."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    family: ClassVar[str] = ""
    kind: ClassVar[str] = ""
    members: ClassVar[dict[str, type[Part]]] = {}

    def __init_subclass__(cls, *, family: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if family:
            cls.family, cls.kind, cls.members = family, "", {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if not cls.kind:
            return
        first = cls.members.get(cls.kind)
        if first is not None and not _is_same(first, cls):
            raise ScenarioError([_kind_in_use(first, cls)])
        cls.members[cls.kind] = cls

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        if cls.kind or not cls.family:
            return handler(source)
        return core_schema.with_info_plain_validator_function(
            cls._look_up,
            serialization=core_schema.plain_serializer_function_ser_schema(cls._dump),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        if cls.kind or not cls.family:
            return handler(schema)
        choices: list[dict[str, Any]] = [{"enum": sorted(cls.members)}]
        for kind, member in sorted(cls.members.items()):
            reference = handler(member.__pydantic_core_schema__)
            shape = handler.resolve_ref_schema(reference)
            shape["properties"] = {"kind": {"const": kind}, **shape.get("properties", {})}
            shape["required"] = ["kind", *(name for name in shape.get("required", []) if name != "kind")]
            choices.append(reference)
        return {"anyOf": choices}

    @classmethod
    def _look_up(cls, given: Any, info: core_schema.ValidationInfo[Any]) -> Self:
        if isinstance(given, cls):
            return given
        fields = {"kind": given} if isinstance(given, str) else given
        if not isinstance(fields, dict) or not isinstance(fields.get("kind"), str):
            raise PydanticCustomError(
                "part_kind_missing", "expected a {family}: one of {allowed}, or a mapping with 'kind'",
                {"family": cls.family, "allowed": ", ".join(sorted(cls.members))},
            )  # fmt: skip
        member = cls.members.get(fields["kind"])
        if member is None:
            raise PydanticCustomError(
                "part_kind_unknown", "there is no {family} '{given}'; allowed: {allowed}",
                {"family": cls.family, "given": fields["kind"], "allowed": ", ".join(sorted(cls.members))},
            )  # fmt: skip
        rest = {key: value for key, value in fields.items() if key != "kind"}
        if info.mode == "json":
            # Only scenario files are checked in JSON mode, strictly: "5" is no number there, and true is not 1.
            return member.model_validate_json(json.dumps(rest), strict=True)  # type: ignore[return-value]
        return member.model_validate(rest)  # type: ignore[return-value]

    def _dump(self) -> dict[str, Any]:
        return {"kind": self.kind, **self.model_dump(mode="json")} if self.kind else self.model_dump(mode="json")


def file_of(part: type[Part]) -> str:
    """The file in which a part is written; the name of its module where that has none, as in a notebook."""
    return getattr(sys.modules.get(part.__module__), "__file__", None) or part.__module__


def _is_same(one: type[Part], other: type[Part]) -> bool:
    """Are both one class of one module or file, which was imported again, maybe under another name?"""
    names = one.__qualname__ == other.__qualname__
    return names and (one.__module__ == other.__module__ or file_of(one) == file_of(other))


def _kind_in_use(first: type[Part], second: type[Part]) -> Problem:
    """The complaint about a kind that a family has already: results would depend on who has imported what."""
    old = f"{first.__qualname__}, {file_of(first)}"
    return Problem(
        file_of(second), 0, 0,
        f"there is another {first.family} '{first.kind}' already ({old}); "
        f"give {second.__qualname__} a 'kind' of its own",
        f"kind “{first.kind}”已被占用（{old}）；请为 {second.__qualname__} 另取一个 kind",
    )  # fmt: skip


def import_beside(package_name: str, package_path: list[str]) -> None:
    """Import every module of a folder of parts or of outcomes, so that adding a file is the whole change.

    Raises ScenarioError, with file and line, for one that cannot be imported: mostly it is the user's own.
    """
    for module in pkgutil.iter_modules(package_path):
        name = f"{package_name}.{module.name}"
        try:
            importlib.import_module(name)
        except SfundError:
            raise
        except Exception as error:
            spec = importlib.util.find_spec(name)
            raise ScenarioError([_broken(error, (spec and spec.origin) or name)]) from error


def import_file(name: str, file: str) -> None:
    """Import one file as a module of that name; ScenarioError, with file and line, if that fails."""
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, SfundError) or not isinstance(error, Exception):
            raise
        raise ScenarioError([_broken(error, file)]) from error


def _broken(error: Exception, file: str) -> Problem:
    """The complaint about a file that cannot be imported, at the line of it that failed."""
    line, column = 0, 0
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == file:
            line, column = frame.lineno or 0, (frame.colno or 0) + 1
    if isinstance(error, SyntaxError) and error.filename == file:
        line, column = error.lineno or 0, error.offset or 1
    what = f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"
    return Problem(
        file, line, column,
        f"this file cannot be imported ({what}); mend it, or leave it out",
        f"此文件无法导入（{what}）；请改正，或不使用它",
    )  # fmt: skip
