"""Reading a scenario file: YAML 1.2 into nodes that know their place, with every mistake told at once.

Files are data: no tag is honoured, no code is run, and whatever could make a small file large or deep is refused before
it is built (aliases are counted, not copied). This is the only file that knows YAML.
"""

from __future__ import annotations

import re
import stat
import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sfund_sim.ground.errors import Problem, ScenarioError
from sfund_sim.ground.refusals import refusal
from sfund_sim.scenario import fullwidth
from sfund_sim.scenario.composing import Composer, Refused
from sfund_sim.scenario.nodes import Node, Place
from sfund_sim.scenario.shipped import scenario_meant
from sfund_sim.scenario.syntax import remedy_for
from sfund_sim.scenario.wording import Words, did_you_mean

MOST_BYTES = 2_000_000
MOST_LINES = 100_000
LONGEST_LINE = 20_000
_MOST_MENDS = 20
"""Readings: one shows the signs up to the next break of grammar, and those further down that look like these."""
_LINE_BREAK = re.compile("([\n\x85\u2028\u2029])")
_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff")


class Parsed(NamedTuple):
    """A file as nodes (None when its grammar is broken), and everything that is wrong with it so far."""

    root: Node | None
    problems: list[Problem]


def parse_file(path: Path, shown: str) -> Parsed:
    """Read and parse a file; ``shown`` is its name in complaints."""
    try:
        text = _text_of(path, shown)
    except ScenarioError as error:
        return Parsed(None, error.problems)
    return parse_text(text, shown)


def parse_text(text: str, shown: str) -> Parsed:
    """Parse a text; full-width punctuation is complained of, mended in memory, and the reading goes on."""
    root, problems = _parsed(text, shown)
    return Parsed(root, list(problems))


# What several scenarios of one command extend is read once: that takes longer than all else before a run.
@lru_cache(maxsize=32)
def _parsed(text: str, shown: str) -> tuple[Node | None, tuple[Problem, ...]]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if refusal := _refusal(text, shown):
        return None, (refusal,)
    mends: list[Problem] = []
    for _ in range(_MOST_MENDS):
        root, problems, suspects = _compose(text, shown)
        text, found = _mended(text, suspects, shown, is_broken=root is None)
        if not found:
            break
        mends += found
    else:
        # What the last reading complained of was mended after it; what comes further down nobody has read.
        last = max(mends, key=lambda problem: problem.line)
        problems = [replace(last, message="there are more such signs below", message_zh="其下还有同类符号")]
    if root is None and not mends and not problems:
        problems = [_empty(shown)]
    return root, tuple(sorted([*mends, *problems], key=lambda problem: (problem.line, problem.column)))


def yaml_text(data: dict[str, Any]) -> str:
    """Plain data (dicts, lists, leaves) as YAML 1.2, keys in the order given."""
    from io import StringIO

    from ruamel.yaml import YAML
    from ruamel.yaml.representer import SafeRepresenter

    class Representer(SafeRepresenter):
        """Text with full-width signs in quotes, so that it is not taken for mistyped structure."""

        def represent_str(self, data: str) -> Any:
            style = '"' if any(map(fullwidth.is_wide, data)) else None
            return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)

    Representer.add_representer(str, Representer.represent_str)
    writer = YAML(typ="safe", pure=True)
    writer.Representer = Representer
    writer.default_flow_style, writer.allow_unicode, writer.width = False, True, 4096
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    text = StringIO()
    writer.dump(data, text)
    return text.getvalue()


def _whole(shown: str, message: str, message_zh: str) -> ScenarioError:
    return ScenarioError([Problem(shown, 0, 0, message, message_zh)])


def _text_of(path: Path, shown: str) -> str:
    """The file's text; ScenarioError when it is not a readable, reasonable text file."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            what, what_zh = ("a folder", "文件夹") if path.is_dir() else ("not a regular file", "特殊文件")
            raise _whole(shown, f"is {what}; give a scenario file (.yaml)", f"是{what_zh}；请给出情景文件（.yaml）")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        meant, meant_zh = did_you_mean(scenario_meant(shown))
        raise _whole(
            shown,
            f"there is no such file; `sfund new --list` shows the shipped scenarios{meant}",
            f"文件不存在；可用 `sfund new --list` 查看自带情景{meant_zh}",
        ) from None
    except (OSError, ValueError) as error:
        reason, reason_zh = refusal(error, "en"), refusal(error, "zh")
        raise _whole(shown, f"cannot be read: {reason}", f"无法读取：{reason_zh}") from None
    if len(data) > MOST_BYTES:
        most = f"{MOST_BYTES:,}"
        raise _whole(
            shown,
            f"is larger than {most} bytes; a scenario is a small text",
            f"超过 {most} 字节；情景文件应为小文本文件",
        )
    return _decoded(data, shown)


def _decoded(data: bytes, shown: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
    message = "is not UTF-8 text; save the file with the encoding UTF-8 (not GBK or UTF-16)"
    raise ScenarioError(
        [Problem(shown, line, column, message, "不是 UTF-8 文本；请将文件另存为 UTF-8 编码（而非 GBK 或 UTF-16）")]
    )


def _empty(shown: str) -> Problem:
    return Problem(
        shown, 0, 0, "is empty; `sfund new` writes a scenario to begin with", "文件为空；可用 `sfund new` 生成一份"
    )


def _refusal(text: str, shown: str) -> Problem | None:
    """Why a text is not even parsed; None when it may be."""
    if not text.strip():
        return _empty(shown)
    if unprintable := _UNPRINTABLE.search(text):
        line, column = _place_of(text, unprintable.start())
        # As these, Python gives the bytes of an argument that are not UTF-8.
        if "\udc80" <= unprintable.group() <= "\udcff":
            return Problem(
                shown, line, column, "is not UTF-8 text; set the terminal to UTF-8 (not GBK)",
                "不是 UTF-8 文本；请将终端设为 UTF-8 编码（而非 GBK）",
            )  # fmt: skip
        code = f"U+{ord(unprintable.group()):04X}"
        return Problem(
            shown, line, column, f"holds a control character ({code}); remove it", f"含有控制字符（{code}）；请删除"
        )
    rows = text.split("\n")
    if len(rows) > MOST_LINES:
        return Problem(
            shown, 0, 0, f"has more than {MOST_LINES:,} lines; a scenario is a small text",
            f"超过 {MOST_LINES:,} 行；情景文件应为小文本文件",
        )  # fmt: skip
    for number, row in enumerate(rows, 1):
        if len(row) > LONGEST_LINE:
            return Problem(
                shown, number, LONGEST_LINE, f"the line is longer than {LONGEST_LINE:,} characters; break it up",
                f"该行超过 {LONGEST_LINE:,} 个字符；请拆分",
            )  # fmt: skip
    return None


def _place_of(text: str, position: int) -> tuple[int, int]:
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def _compose(text: str, shown: str) -> tuple[Node | None, list[Problem], list[range]]:
    """Nodes from YAML's events, up to the first break of grammar; problems; lines with suspicious full-width signs."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    composer = Composer(shown)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            composer.take(event)
    except Refused as refused:
        return None, [*composer.problems, refused.problem], []
    except MarkedYAMLError as error:
        problems, suspects = _broken(error, text, shown)
        return None, [*composer.problems, *problems], [*composer.suspects, *suspects]
    except (YAMLError, ValueError, OverflowError) as error:
        problem = _bad_escape(text, shown) or Problem(shown, 0, 0, *remedy_for(" ".join(str(error).split())))
        return None, [*composer.problems, problem], composer.suspects
    return composer.root, composer.problems, composer.suspects


def _bad_escape(text: str, shown: str) -> Problem | None:
    """The first escape in double quotes that names no character; None when there is none."""
    for escape in re.finditer(r"\\U([0-9A-Fa-f]{8})", text):
        if int(escape[1], 16) > sys.maxunicode:
            message = f"'{escape[0]}' names no character; write the character itself"
            return Problem(
                shown, *_place_of(text, escape.start()), message, f"“{escape[0]}”不对应任何字符；请直接写出该字符"
            )
    return None


def _broken(error: Any, text: str, shown: str) -> tuple[list[Problem], list[range]]:
    """The complaint about a break of grammar, and the lines in which full-width signs may be to blame."""
    mark = error.problem_mark or error.context_mark
    first = error.context_mark.line if error.context_mark else mark.line
    if "scanning a quoted" in f"{error.context}":
        mark = error.context_mark
    remedy = remedy_for(f"{error.context or ''} {error.problem or ''}")
    if "parsing a flow" in f"{error.context}":
        opened = error.context_mark.line + 1
        remedy = remedy.plus(Words(f" (opened in line {opened})", f"（括号始于第 {opened} 行）"))
    problems = [Problem(shown, mark.line + 1, mark.column + 1, *remedy)]
    if "\\t" in f"{error.problem}":
        lines = enumerate(text.split("\n"), 1)
        indented = ((number, re.match(r" *\t\s*[^\s#]", line)) for number, line in lines)
        problems = [
            Problem(shown, number, found.group().index("\t") + 1, *remedy) for number, found in indented if found
        ]
        problems = problems or [Problem(shown, mark.line + 1, mark.column + 1, *remedy)]
    last = error.problem_mark.line if error.problem_mark else mark.line
    return problems, [range(max(0, first - 1), last + 1)]


def _mended(text: str, suspects: list[range], shown: str, *, is_broken: bool) -> tuple[str, list[Problem]]:
    """The text with full-width signs made half-width in the lines suspected, and a complaint for each.

    Where the grammar ``is_broken``, the lines further down that show the same signs as far from the margin are mended
    with them, for the break has kept them from being read.
    """
    pieces = _LINE_BREAK.split(text)
    suspected = sorted({line for lines in suspects for line in lines})
    problems: list[Problem] = []
    looks: set[tuple[int, frozenset[str]]] = set()

    def mend(number: int, *, is_suspected: bool) -> None:
        line = pieces[2 * number]
        mended = line if line.isascii() else fullwidth.half_width(line)
        wide = frozenset(sign for sign in line if fullwidth.is_wide(sign) and sign not in mended)
        look = len(line) - len(line.lstrip()), wide
        if mended == line or not wide or not (is_suspected or look in looks):
            return
        looks.add(look)
        column = next((i for i, sign in enumerate(line) if sign != mended[i : i + 1]), len(mended)) + 1
        problems.append(fullwidth.problem_of(Place(shown, number + 1, column), line, mended))
        pieces[2 * number] = mended

    lines = (len(pieces) + 1) // 2
    for number in suspected:
        if number < lines:
            mend(number, is_suspected=True)
    if is_broken and looks:
        for number in range(suspected[-1] + 1, lines):
            mend(number, is_suspected=False)
    return "".join(pieces), problems
