"""Tables of a finished run for other programs: Excel, Stata, Parquet, CSV, with the dictionary's labels."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from sfund_sim.experiments import manifest
from sfund_sim.experiments.archive import keep_out_of, refusals_told, refuse_to_overwrite, staged
from sfund_sim.experiments.single_files import write_whole
from sfund_sim.ground.errors import Language, OutputError, Problem, ScenarioError, in_one_line
from sfund_sim.outcomes.arrow_tables import with_meanings
from sfund_sim.outcomes.csv_text import csv_bytes
from sfund_sim.outcomes.dictionary import Entry, entry
from sfund_sim.report.exported_columns import Lookup, lookup_of
from sfund_sim.report.parameter_words import unit_word
from sfund_sim.report.stata_file import stata_bytes
from sfund_sim.report.warning_words import warning_text
from sfund_sim.report.words import families, group_word, word

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Form = Literal["xlsx", "dta", "parquet", "csv"]

EXCEL_ROWS = 1_048_575
"""Rows below the header that a sheet can hold (Microsoft, "Excel specifications and limits")."""
_WHOLE = ("count", "days", "0/1", "fen")
_SUFFIXES = (".csv", ".parquet")
_HEADINGS_OF_DICTIONARY: dict[Language, list[str]] = {
    "en": ["name", "label", "unit", "definition", "tables"],
    "zh": ["名称", "标签", "单位", "定义", "所在的表"],
}
_HEADINGS_OF_ABOUT: dict[Language, list[str]] = {"en": ["entry", "value"], "zh": ["项目", "内容"]}
_NOT_TABLES = ("dictionary.csv", "failures.csv")


def export(folder: Path, form: Form, out: Path, *, tables: Sequence[str] = (), language: Language = "en") -> list[Path]:
    """Write tables (all unless named) in another form and return the files made.

    A workbook is one file, of the other forms each table is one in the folder ``out``. Raises ScenarioError for a table
    that is not there or an ``out`` within the folder, OutputError when something stands at ``out``, a table is not what
    the run wrote, or has too many rows for Excel.
    """
    about = manifest.read_manifest(folder)
    there = {Path(name).stem: name for name in about["outputs"] if _is_table(name)}
    keep_out_of(folder, out)
    if unknown := [name for name in tables if name not in there]:
        raise ScenarioError([Problem("--table", 0, 0, f"there is no table '{unknown[0]}'; allowed: {', '.join(there)}",
                                     f"没有名为“{unknown[0]}”的表；可用：{'、'.join(there)}")])  # fmt: skip
    chosen = list(dict.fromkeys(tables)) or list(there)
    manifest.check_unaltered(folder, about, [there[name] for name in chosen])
    if form == "xlsx":
        with refusals_told(out):
            refuse_to_overwrite(out)
            content = _workbook(folder, chosen, language)
            out.parent.mkdir(parents=True, exist_ok=True)
            write_whole(out, content)
        return [out]
    with staged(out) as staging:
        for name in chosen:
            staging.write(f"{name}.{form}", _WRITERS[form](read_table(folder, name), language, lookup_of(name)))
    return [staging.final / f"{name}.{form}" for name in chosen]


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """A table of a run folder with its types: dates as dates, kinds as categories, missing values as missing."""
    path = folder / f"{name}.parquet"
    try:
        if path.exists():
            raw = _from_parquet(path)
        else:
            path = folder / f"{name}.csv"
            raw = _from_csv(path)
        known = lookup_of(name)
        return pd.DataFrame({column: _typed(raw[column], known(column)) for column in raw.columns})
    except (OSError, ValueError, KeyError) as error:
        why = str(error).partition("\n")[0]
        raise OutputError(
            f"{path} cannot be read: {why}; `sfund audit` tells what was altered",
            f"无法读取 {path}：{why}；sfund audit 可查出哪些文件被改动",
        ) from error


def _from_csv(path: Path) -> pd.DataFrame:
    """A CSV table as texts."""
    return pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)


def _from_parquet(path: Path) -> pd.DataFrame:
    """A Parquet table with texts and dates as they stand in CSV, missing ones empty; numbers as they are."""
    pa, pq = _pyarrow()
    arrow = pq.read_table(path)
    columns = {}
    for name, column in zip(arrow.column_names, arrow.columns, strict=True):
        is_number = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
        columns[name] = column.to_pandas() if is_number else column.cast(pa.string()).to_pandas().fillna("").astype(str)
    return pd.DataFrame(columns)


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise OutputError(*_needs("Parquet", "pyarrow")) from None
    return pa, pq


def _needs(form: str, library: str) -> tuple[str, str]:
    command = 'pip install "sfund-sim[export]"'
    return f"{form} needs {library}: {command}", f"{form} 需要 {library}：{command}"


def heading(about: Entry, language: Language) -> str:
    """What people read above a column, with its name, by which the dictionary and other tables know it."""
    label = about.label(language)
    return label if label == about.name else f"{label} [{about.name}]"


def _is_table(name: str) -> bool:
    return name.endswith(_SUFFIXES) and "/" not in name and name not in _NOT_TABLES


def _typed(texts: pd.Series[str], about: Entry) -> pd.Series[Any]:
    known = texts.mask(texts == "")
    if about.unit == "date":
        return pd.to_datetime(known, format="%Y-%m-%d")
    if about.unit == "text":
        return known.astype(kinds) if (kinds := _kinds_of(about.name, known)) is not None else texts.astype(object)
    if about.unit == "" and not _are_numbers(known):
        return texts.astype(object)
    numbers: pd.Series[Any] = pd.to_numeric(known)
    return numbers.astype("Int64") if about.unit in (*_WHOLE, "") and _are_whole(numbers) else numbers.astype("float64")


def _are_numbers(texts: pd.Series[str]) -> bool:
    """Are all levels of a factor numbers? (Kinds of rules, switches and levels of packages are texts.)"""
    return bool(pd.to_numeric(texts, errors="coerce").notna().all())


def _are_whole(numbers: pd.Series[Any]) -> bool:
    """Counts are whole but for their means and intervals."""
    return bool((numbers.dropna() % 1 == 0).all())


def _kinds_of(name: str, texts: pd.Series[str]) -> pd.CategoricalDtype | None:
    """All labels of the family, in the order of its words, so that a label has one code whatever occurs in a table.

    None for labels without words; units and groups are left as programs know them.
    """
    labels = [] if name in ("unit", "group") else families().get(name, [])
    return pd.CategoricalDtype(labels) if labels and set(texts.dropna()) <= set(labels) else None


def _in_words(table: pd.DataFrame, language: Language, known: Lookup) -> pd.DataFrame:
    """The table with the words of kinds, routes, endings and units in place of their labels.

    Outcomes and groups keep their labels, by which programs choose rows, and have their words beside them.
    """
    columns = {}
    for name in table.columns:
        column = table[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.cat.rename_categories([word(name, one, language) for one in column.cat.categories])
        if name == "unit":
            column = column.map(lambda label: unit_word(label, language))
        if name == "seed":
            column = column.astype(str)  # numbers of Stata and Excel are exact to 2^53 only
        columns[name] = column
        if name == "outcome" and known is entry:
            columns["outcome_label"] = column.map(lambda label: entry(label).label(language))
        if name == "group" and "group_by" in columns and known is entry:
            told = zip(table["group_by"], table["group"], strict=True)
            columns["group_label"] = pd.Series([group_word(*each, language) for each in told], table.index, object)
    return pd.DataFrame(columns)


def _csv(table: pd.DataFrame, language: Language, known: Lookup) -> bytes:
    """As in the run folder, but with headings and words for readers."""
    worded = _in_words(_as_written(table), language, known)
    names, content = ",".join(worded.columns), csv_bytes(worded, known).decode("utf-8")
    told = [heading(known(name), language).replace('"', '""') for name in worded.columns]
    headings = ",".join(f'"{each}"' for each in told)
    return content.replace(names, headings, 1).encode("utf-8")


def _as_written(table: pd.DataFrame) -> pd.DataFrame:
    """Dates as text again, for CSV has no dates."""
    dates = table.select_dtypes("datetime").columns
    return table.assign(**{name: table[name].dt.strftime("%Y-%m-%d").astype(object) for name in dates})


def _stata(table: pd.DataFrame, language: Language, known: Lookup) -> bytes:
    worded = _in_words(table, language, known)
    return stata_bytes(worded, [known(name) for name in worded.columns], language)


def _parquet(table: pd.DataFrame, language: Language, known: Lookup) -> bytes:
    """A Parquet file; every field carries label, unit and definition as metadata."""
    pa, pq = _pyarrow()
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    file = io.BytesIO()
    pq.write_table(arrow.cast(with_meanings(arrow.schema, language, known)), file)
    return file.getvalue()


def _workbook(folder: Path, names: Sequence[str], language: Language) -> bytes:
    """An Excel workbook: a sheet a table with a frozen heading, then the dictionary and what made the run."""
    try:
        from openpyxl import Workbook
    except ImportError:
        raise OutputError(*_needs("Excel", "openpyxl")) from None
    tables = {name: read_table(folder, name) for name in names}
    for name, table in tables.items():
        if len(table) > EXCEL_ROWS:
            raise OutputError(
                f"{name} has {len(table):,} rows, a sheet of Excel takes {EXCEL_ROWS:,}: choose other tables with "
                "--table (summary is always small), or --to csv, parquet or dta",
                f"{name} 有 {len(table):,} 行，而 Excel 工作表最多 {EXCEL_ROWS:,} 行：请用 --table 另选表格"
                "（summary 总是很小），或改用 --to csv、parquet 或 dta",
            )
    book = Workbook(write_only=True)
    used: dict[str, Entry] = {}
    for name, table in tables.items():
        worded = _in_words(table, language, known := lookup_of(name))
        words = [known(column) for column in worded.columns]
        used |= {each.name: each for each in words if each.name not in used}
        headings = [heading(each, language) for each in words]
        _sheet(book.create_sheet(name), headings, _rows(worded))
    about = (
        [each.name, each.label(language), unit_word(each.unit, language), each.meaning(language), each.tables]
        for each in used.values()
    )
    _sheet(book.create_sheet("dictionary"), _HEADINGS_OF_DICTIONARY[language], about)
    _sheet(book.create_sheet("about"), _HEADINGS_OF_ABOUT[language], _origin(folder, language))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(sheet: WriteOnlyWorksheet, headings: list[str], rows: Iterator[Any]) -> None:
    sheet.freeze_panes = "A2"
    for number, text in enumerate(headings):
        letter = chr(ord("A") + number % 26)
        name = letter if number < 26 else chr(ord("A") + number // 26 - 1) + letter
        sheet.column_dimensions[name].width = min(max(len(text), 10), 40)
    for row in chain([headings], rows):
        sheet.append([_as_it_is(value, sheet) for value in row])


def _as_it_is(value: Any, sheet: WriteOnlyWorksheet) -> Any:
    """A cell's value; text stays text, also where Excel would see a formula or an error in it."""
    if not isinstance(value, str) or value[:1] not in ("=", "#"):
        return value
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


def _rows(table: pd.DataFrame) -> Iterator[list[Any]]:
    """Rows of plain values, missing ones as None, dates as dates."""
    columns = []
    for name in table.columns:
        column = table[name]
        plain = column.dt.date if column.dtype.kind == "M" else column
        columns.append(plain.astype(object).where(column.notna(), None).tolist())
    return map(list, zip(*columns, strict=True))


def _origin(folder: Path, language: Language) -> Iterator[list[str]]:
    about = manifest.read_manifest(folder)
    about["warnings"] = [warning_text(one, language) for one in about.get("warnings", [])]
    for name, value in about.items():
        if name != "outputs":
            told = in_one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
            yield [_entry_word(name, language), told]


def _entry_word(name: str, language: Language) -> str:
    """An entry of the manifest as readers of Chinese see it, with its name, by which the manifest knows it."""
    known = name in families()["manifest"]
    return f"{word('manifest', name, 'zh')} [{name}]" if known and language == "zh" else name


_WRITERS: dict[str, Callable[[pd.DataFrame, Language, Lookup], bytes]] = {
    "csv": _csv,
    "dta": _stata,
    "parquet": _parquet,
}
