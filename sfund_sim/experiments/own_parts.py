"""Parts that a study keeps in files of its own: which of them are used, in which file, and how workers come by them."""

from __future__ import annotations

import hashlib
import importlib
import shlex
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from sfund_sim.ground.errors import Problem, ScenarioError, SfundError
from sfund_sim.ground.parts import Part, file_of, import_file

FOLDER = "parts"
"""Where a folder of results keeps the files."""
OPTION = "--part"
_PACKAGE = __name__.partition(".")[0]


class OwnPart(NamedTuple):
    """A part that is not of the package."""

    family: str
    kind: str
    module: str
    file: str
    """Where it is written; empty for one that was typed into a notebook."""


def own_parts(used: object) -> list[OwnPart]:
    """Those that a scenario names, or several do, at once or in a dated change, by family and kind.

    ``used`` is whatever a job hands to workers: models, mappings, sequences, dataclasses.
    """
    own = [part for part in _all() if not part.__module__.startswith(f"{_PACKAGE}.")]
    if not own:
        return []
    named = set(_texts_within(used))
    found = {_own_part(part) for part in own if part in named or part.kind in named}
    for each in found:
        content(each.file)  # as it is when work begins
    return sorted(found)


def where_at_fault(error: BaseException) -> str:
    """Where to look first when ``error`` was raised: file and line of the user's own part through which it came.

    "" where it came through none: what is registered in this process need not be what the scenario uses.
    """
    own = {file_of(part) for part in _all() if not part.__module__.startswith(f"{_PACKAGE}.")}
    cause: BaseException | None = error
    while cause is not None:
        for frame in reversed(traceback.extract_tb(cause.__traceback__)):
            if frame.filename in own:
                return f"{frame.filename}:{frame.lineno}"
        cause = cause.__cause__
    return ""


def _all() -> Iterator[type[Part]]:
    for family in Part.__subclasses__():
        yield from family.members.values()


def _texts_within(value: object) -> Iterator[object]:
    """Every text, and the class of every part, in a value: a disclosure rule and a dated change name parts by kind."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        yield type(value)
        yield from _texts_within(vars(value))
    elif isinstance(value, Mapping):
        yield from _texts_within(list(value.values()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts_within(each)
    elif is_dataclass(value):
        yield from _texts_within([getattr(value, field.name) for field in fields(value)])


def _own_part(part: type[Part]) -> OwnPart:
    file = file_of(part)
    return OwnPart(part.family, part.kind, part.__module__, file if Path(file).is_file() else "")


@cache
def content(file: str) -> bytes:
    """The file as it was when it was first asked for; nothing of a notebook."""
    return Path(file).read_bytes() if file else b""


def check_importable(parts: Sequence[OwnPart]) -> None:
    """SfundError when other processes could not import one: it stands in the script that is run, or in a notebook."""
    for part in parts:
        if part.module == "__main__":
            raise SfundError(
                f"worker processes cannot import the {part.family} '{part.kind}', which is written in the script or "
                "notebook itself: move it to a file of its own and import that, or give workers=1",
                f"工作进程无法导入“{part.kind}”：它写在所运行的脚本或笔记本中；请移入单独的文件再导入，或设 workers=1",
            )


def bring(parts: Sequence[OwnPart]) -> None:
    """Import the files of parts where that has not been done: in a worker process.

    SfundError when one cannot be found.
    """
    for part in parts:
        try:
            importlib.import_module(part.module)
        except ModuleNotFoundError as error:
            if not Path(part.file).is_file():
                raise SfundError(
                    f"the {part.family} '{part.kind}' cannot be imported in a worker process ({error})",
                    f"工作进程无法导入“{part.kind}”（{error}）",
                ) from error
            import_file(part.module, part.file)


def take(files: Sequence[Path]) -> None:
    """Import files that the user has named; ScenarioError for one that is not there, fails, or has no part."""
    for file in files:
        path, before = str(file.resolve()), set(_all())
        if not file.is_file():
            raise _refused(f"there is no file {file}", f"没有文件 {file}")
        name = f"part_{file.stem}"
        while name in sys.modules and sys.modules[name].__file__ != path:
            name += "_"
        if name not in sys.modules:
            import_file(name, path)
            if before == set(_all()):
                raise _refused(f"{file} defines no part", f"{file} 中没有定义部件")


def _refused(message: str, message_zh: str) -> ScenarioError:
    return ScenarioError([Problem(OPTION, 0, 0, message, message_zh)])


def _copies(parts: Sequence[OwnPart]) -> dict[str, str]:
    """Path in a folder of results by file, each a name of its own."""
    found: dict[str, str] = {"": ""}
    for file in dict.fromkeys(part.file for part in parts if part.file):
        stem, number = Path(file).stem, 1
        while (name := f"{FOLDER}/{stem}{f'_{number}' if number > 1 else ''}.py") in found.values():
            number += 1
        found[file] = name
    return found


def files_of(used: object) -> dict[str, bytes]:
    """What a folder of results keeps: the files of the parts, by path in it."""
    copies = _copies(own_parts(used))
    return {name: content(file) for file, name in copies.items() if file}


def entries(used: object) -> list[dict[str, str]]:
    """What a manifest says of the parts; file and hash are empty for one that was typed into a notebook."""
    parts = own_parts(used)
    copies = _copies(parts)
    return [
        {"family": one.family, "kind": one.kind, "file": copies[one.file], "sha256": sha256(one.file)} for one in parts
    ]


def hashes(told: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Hash of each part of which a manifest tells, by family and kind, as versions are told."""
    return {f"{one['family']} {one['kind']}": one["sha256"] for one in told}


def with_parts(command: str, told: Sequence[Mapping[str, str]]) -> str:
    """The command, typed in a folder of results, with the files that it needs; empty when one needs more than files."""
    if not all(one["file"] for one in told):
        return ""
    return " ".join([command, *(f"{OPTION} {shlex.quote(file)}" for file in dict.fromkeys(o["file"] for o in told))])


def check_taken(folder: Path, told: Sequence[Mapping[str, str]]) -> None:
    """ScenarioError when parts are missing that made a folder of results: nothing in it is run unless it is named."""
    here = {(part.family, part.kind) for part in _all()}
    for one in told:
        what, zh = f"the {one['family']} '{one['kind']}' of {folder} is not part of sfund_sim", f"“{one['kind']}”"
        if not one["file"]:
            raise _refused(f"{what} but was typed into a notebook: it cannot be run from here",
                           f"{folder} 所用的{zh}写在笔记本中，无法在此运行")  # fmt: skip
        if (one["family"], one["kind"]) in here:
            continue
        raise _refused(f"{what}: read {folder / one['file']} and, if you trust it, add {OPTION} {folder / one['file']}",
                       f"{folder} 所用的{zh}不属于 sfund_sim：请阅读 {folder / one['file']}，"
                       f"确认可信后加上 {OPTION} {folder / one['file']}")  # fmt: skip


def sha256(file: str) -> str:
    """Of the file; empty for a part typed into a notebook."""
    return hashlib.sha256(content(file)).hexdigest() if file else ""
