"""The command line's own words in Chinese: what ``--help`` says, and why arguments cannot be taken.

What the commands themselves say they say in both languages. These words belong to the framework or stand where the
framework reads them, in English; here they are looked up in ``help_zh.csv``, or recognised by their form. What is not
known stays English, so that another version of the framework can do no harm.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache, partial
from importlib import resources
from io import StringIO
from typing import Any

from rich.console import Console
from rich.table import Table

_WIDEST = 100
"""Columns of the terminal that the help fills at most."""
_SORTS = {"argument": "参数", "option": "选项", "command": "命令"}
_FORMS = [
    (r"No such option:? '?([^' ]+?)'?\.?", r"没有选项 {}"),
    (r"No such command '(.*)'\.", r"没有命令 {}"),
    (r"Missing argument '(.*)'\.", r"缺少参数 {}"),
    (r"Missing option '(.*)'\.", r"缺少选项 {}"),
    (r"Missing command\.", r"缺少命令"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", r"多余的参数：{}"),
    (r"Option '(.*)' requires an argument\.", r"选项 {} 后面须写出取值"),
    (r"Option '(.*)' does not take a value\.", r"选项 {} 不带取值"),
    (r"Input should be a valid integer.*|.* is not a valid integer( range)?\.", r"应为整数"),
    (r"Input should be a valid number.*|.* is not a valid float( range)?\.", r"应为数字"),
    (r"Input should be greater than or equal to (.*)", r"应不小于 {}"),
    (r"Input should be less than or equal to (.*)", r"应不大于 {}"),
    (r"(?:.*) is not in the range (.*)\.", r"应在此范围内：{}"),
    (r"(?:Value error, )?'(.*)' is not one of (.*)\.", r"“{}”不在允许范围内；可用：{}"),
    (r"a picture is \.svg or \.png", r"图片的扩展名为 .svg 或 .png"),
    (r"there is no folder (.*)", r"没有文件夹 {}"),
    (r"the name of a workbook ends in \.xlsx", r"工作簿的扩展名为 .xlsx"),
]
_FOR = re.compile(r"Invalid value(?: for (?P<where>\S+))?: (?P<why>.*)", re.DOTALL)
_INSTEAD = re.compile(r"(?P<what>.*?)\s*(?:\(Possible options: (?P<some>.*)\)|Did you mean (?P<one>.*)\?)", re.DOTALL)


@cache
def _words() -> dict[str, str]:
    text = resources.files("sfund_sim.cli").joinpath("help_zh.csv").read_text("utf-8")
    return {row["en"]: row["zh"] for row in csv.DictReader(text.splitlines(keepends=True))}


def in_chinese(command: Any) -> None:
    """From now on the command, and each that it holds, explains itself in Chinese."""
    command.format_help = partial(write_help, command)
    for each in getattr(command, "commands", {}).values():
        in_chinese(each)


def write_help(command: Any, context: Any, formatter: Any) -> None:
    """The help, wrapped by the width of Chinese characters, which the framework's own help would cut off."""
    parameters: dict[str, list[Any]] = {sort: [] for sort in _SORTS}
    for parameter in command.get_params(context):
        parameters[parameter.param_type_name].append(parameter)
    names: list[str] = getattr(command, "list_commands", lambda _: [])(context)
    takes = [(each.metavar or each.name) for each in parameters["argument"]] or ["命令 …"] * bool(names)
    rows = {
        "argument": [((each.metavar or each.name), _help_of(each)) for each in parameters["argument"]],
        "option": [(", ".join(sorted(each.opts)), _help_of(each)) for each in parameters["option"]],
        "command": [(name, _word(command.get_command(context, name).help).split("\n")[0]) for name in names],
    }
    parts: list[Any] = [f"用法：{' '.join([context.command_path, '[选项]', *takes])}", f"\n{_word(command.help)}"]
    for sort, told in rows.items():
        if told:
            parts += [f"\n{_SORTS[sort]}", _table(told)]
    formatter.write(_rendered(parts))


def _help_of(parameter: Any) -> str:
    """What an argument or option is for, with its default."""
    told, default = _word(getattr(parameter, "help", None)), parameter.default
    is_told = default in (None, False, "", (), []) or "默认" in told or not getattr(parameter, "show_default", True)
    return told if is_told else f"{told.removesuffix('。')}（默认 {getattr(default, 'value', default)}）。"


def _word(english: str | None) -> str:
    return _words().get(english or "", english or "")


def _table(rows: list[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, told in rows:
        table.add_row(f"  {name}", told)
    return table


def _rendered(parts: list[Any]) -> str:
    out = StringIO()
    console = Console(file=out, markup=False, highlight=False, width=min(Console().width, _WIDEST))
    for part in parts:
        console.print(part, overflow="fold")
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def usage_in_chinese(message: str, see: str) -> str:
    """One line that says why the arguments cannot be taken; ``see`` is the command that explains the right ones."""
    what, instead = message, ""
    if found := _INSTEAD.fullmatch(message):
        what, instead = found["what"], f"；是否指 {found['some'] or found['one']}"
    if found := _FOR.fullmatch(what):
        where = (found["where"] or "").strip("'")
        return f"{where}：{_translate_misuse(found['why'])}{instead}；用法见 {see}".removeprefix("：")
    return f"{_translate_misuse(what)}{instead}；用法见 {see}"


def _translate_misuse(message: str) -> str:
    for form, told in _FORMS:
        if found := re.fullmatch(form, message, re.DOTALL):
            return told.format(*_plain(found.groups()))
    return message


def _plain(words: Sequence[str | None]) -> list[str]:
    return [word.replace("'", "").replace(", ", "、") for word in words if word is not None]
