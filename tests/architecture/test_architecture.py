"""The house rules that a reader relies on: floors, who may import what, sizes, docstrings, no hidden chance."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

import sfund_sim

PACKAGE = Path(sfund_sim.__file__).parent
FILES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if "shipped" not in path.parts)
FLOORS = {
    "ground": 0, "terms": 1, "funds": 2, "investors": 2, "venue": 2, "scenario": 3, "market": 4, "outcomes": 5,
    "lab": 6, "experiments": 6, "report": 7, "classroom": 8, "cli": 9,
}  # fmt: skip
DOORS = {"__init__": 10, "__main__": 10}
"""The public face stands above all floors: it may import from everywhere, and only for its version is it imported."""
MOST_LINES, MOST_LINES_A_FUNCTION = 300, 45


def room(path):
    """The first folder of a file, or its own name when it stands in the package itself."""
    return path.parts[0] if len(path.parts) > 1 else path.stem


@cache
def tree(path):
    return ast.parse((PACKAGE / path).read_text(encoding="utf-8"))


def imports(path):
    """Full names of everything a file imports, inside functions too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_rooms(path):
    parts = [name.split(".") for name in imports(path)]
    inside = [each[1] for each in parts if each[0] == "sfund_sim" and len(each) > 1]
    return {name for name in inside if name in FLOORS}


def outsiders(path):
    """Libraries that a file uses when it runs; a name that only type checkers read is no use of it."""
    names = set(imports(path)) - set(imports_for_types(path))
    return {name.split(".")[0] for name in names}


def imports_for_types(path):
    blocks = [
        node for node in tree(path).body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    ]
    froms = [node for block in blocks for node in block.body if isinstance(node, ast.ImportFrom)]
    return [f"{node.module}.{alias.name}" for node in froms for alias in node.names]


def test_every_room_has_a_floor():
    assert {room(path) for path in FILES} <= FLOORS.keys() | DOORS.keys()
    assert len(FILES) > 100


def test_a_file_imports_from_lower_floors_and_its_own_folder_only():
    offenders = {}
    for path in FILES:
        own = room(path)
        floor = FLOORS.get(own, DOORS.get(own))
        allowed = {own, "terms"} if path == Path("ground/streams.py") else {own}
        if too_high := {name for name in imported_rooms(path) - allowed if FLOORS[name] >= floor}:
            offenders[path.as_posix()] = too_high
    assert offenders == {}


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("simpy", ("market/",)),
        ("matplotlib", ("report/",)),
        ("jinja2", ("report/",)),
        ("ruamel", ("scenario/",)),
        ("typer", ("cli/",)),
        ("rich", ("cli/", "report/")),
        ("holidays", ("ground/calendar.py",)),
        ("chinese_calendar", ("ground/calendar.py",)),
        ("random", ()),
        ("secrets", ("classroom/",)),
        ("segno", ("classroom/",)),
        ("starlette", ("classroom/",)),
        ("uvicorn", ("classroom/",)),
        ("asyncio", ("classroom/",)),
        ("socket", ("classroom/",)),
        ("uuid", ()),
        ("yaml", ()),
        ("pickle", ("experiments/",)),
    ],
)
def test_a_library_is_used_only_where_it_belongs(library, homes):
    users = [path.as_posix() for path in FILES if library in outsiders(path)]
    strangers = [user for user in users if not user.startswith(homes)] if homes else users
    assert strangers == []


def test_generators_are_made_in_one_file_only():
    makers = {"default_rng", "Generator", "RandomState", "SeedSequence", "SFC64", "PCG64", "Philox", "seed"}
    found = [
        path.as_posix()
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in makers
        and "random" in ast.unparse(node.func.value)
    ]
    assert set(found) == {"ground/streams.py"}


ENGINE = [path for path in FILES if FLOORS.get(room(path), 9) <= 5]
CLOCKS = ("time.time", "time.perf_counter", "time.monotonic", "datetime.now", "datetime.utcnow", "date.today")
WRITES = (".write_text", ".write_bytes", ".mkdir", ".unlink")


def calls(path):
    return [ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]


def test_no_engine_room_reads_the_clock_or_writes_files():
    found = {path.as_posix(): [call for call in calls(path) if call.endswith(CLOCKS + WRITES)] for path in ENGINE}
    assert {path: which for path, which in found.items() if which} == {}


def test_no_engine_room_changes_global_state():
    nodes = [(path.as_posix(), node) for path in ENGINE for node in ast.walk(tree(path))]
    assert [path for path, node in nodes if isinstance(node, ast.Global)] == []


def test_a_file_is_short_enough_to_read_at_a_sitting():
    lines = {path.as_posix(): len((PACKAGE / path).read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {path: count for path, count in lines.items() if count > MOST_LINES} == {}


def test_a_function_fits_on_a_page():
    functions = [(path, node) for path in FILES for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]
    lengths = {f"{path.as_posix()}:{node.name}": node.end_lineno - node.lineno + 1 for path, node in functions}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_A_FUNCTION} == {}


def test_every_public_thing_says_what_it_is():
    silent = [path.as_posix() for path in FILES if not ast.get_docstring(tree(path))]
    silent += [
        f"{path.as_posix()}:{name}"
        for path in FILES
        for name, node in public_things(tree(path))
        if not ast.get_docstring(node)
    ]
    assert silent == []


def public_things(module):
    """Public classes, their public methods and public functions of a module."""
    for node in module.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    is_overload = isinstance(method, ast.FunctionDef) and any(
                        "overload" in ast.unparse(decorator) for decorator in method.decorator_list
                    )
                    if isinstance(method, ast.FunctionDef) and not method.name.startswith("_") and not is_overload:
                        yield f"{node.name}.{method.name}", method


UNCERTAIN = {"utils", "util", "helper", "helpers", "manager", "misc"}


def test_names_say_what_things_are():
    named = (ast.FunctionDef, ast.ClassDef)
    names = [(path, path.stem) for path in FILES]
    names += [(path, node.name) for path in FILES for node in ast.walk(tree(path)) if isinstance(node, named)]
    vague = [
        f"{path.as_posix()}:{name}"
        for path, name in names
        if set(name.lower().split("_")) & UNCERTAIN or name.startswith(("process_", "handle_"))
    ]
    assert vague == []


def test_nothing_is_left_for_later():
    marks = ("TODO", "FIXME", "XXX", "NotImplementedError", "breakpoint(")
    texts = {path.as_posix(): (PACKAGE / path).read_text(encoding="utf-8") for path in FILES}
    assert [path for path, text in texts.items() if any(mark in text for mark in marks)] == []


def test_from_outcomes_upward_nobody_sees_the_world():
    forbidden = ("sfund_sim.market.world", "sfund_sim.market.market", "sfund_sim.market.exits")
    above = [path for path in FILES if FLOORS.get(room(path), 9) >= 5 and room(path) != "lab"]
    seen = [(path.as_posix(), name) for path in above for name in imports(path) if name.startswith(forbidden)]
    assert seen == []
