"""A replication folder for a journal: a run's scenario, versions, one script, citation, methods, LaTeX tables."""

from __future__ import annotations

import json
import re
import shlex
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import pandas as pd

from sfund_sim.experiments import manifest
from sfund_sim.experiments.archive import Staging, keep_out_of, staged
from sfund_sim.experiments.own_parts import FOLDER, check_taken
from sfund_sim.experiments.results import SCENARIO_FILE
from sfund_sim.experiments.source_code import DISTRIBUTION, is_released, source_files, source_sha256
from sfund_sim.ground.errors import Language, NotARunFolder, OutputError
from sfund_sim.outcomes.intervals import MOST_GROUPS
from sfund_sim.report.exporting import read_table
from sfund_sim.report.findings import TOTALS, Cell, Summary
from sfund_sim.report.latex import booktabs
from sfund_sim.report.words import LANGUAGES, group_word, outcome_heading, phrase
from sfund_sim.scenario.layers import LoadedScenario, load_scenario

CODE = "code"
"""Folder of a bundle with the code that made the run, where no package index has it."""
_REQUIREMENT = re.compile(r"^[A-Za-z0-9._-]+")
_COPIED = ("summary.csv", "dictionary.csv", manifest.NAME)
_OUTCOMES = ("share_sold", "median_exit_days", "median_price_to_nav", "share_better_than_held")
_NEEDED = {SCENARIO_FILE, "summary.csv", "runs.csv"}


def bundle(folder: Path, out: Path) -> Path:
    """Make the replication folder of a run and return it.

    Code that is not a release goes into it, for nobody could install it. Raises NotARunFolder when it is none or that
    of a comparison or sweep, OutputError when its files are not those that were written, when other code made it, or
    when something stands at ``out``, ScenarioError when ``out`` lies within it.
    """
    about = manifest.read_manifest(folder)
    if missing := sorted(_NEEDED - about["outputs"].keys()):
        raise NotARunFolder(
            f"{folder} is not the folder of a single run (it has no {missing[0]}): bundle takes those only",
            f"{folder} 不是单次运行的结果文件夹（其中没有 {missing[0]}）；bundle 只接受这类文件夹",
        )
    keep_out_of(folder, out)
    manifest.check_unaltered(folder, about, about["outputs"])
    _check_code(folder, about)
    check_taken(folder, about.get("parts", []))
    loaded = load_scenario(folder / SCENARIO_FILE)
    own = [one["file"] for one in about.get("parts", [])]
    with staged(out) as staging:
        for name in (SCENARIO_FILE, *_COPIED):
            content = (folder / name).read_bytes()
            staging.write(name if name == SCENARIO_FILE else f"results/{name}", content)
        for name in own:
            staging.write(name, (folder / name).read_bytes())
        _write_script(staging, about)
        if not is_released():
            about = about | {"sfund_sim": f"{about['sfund_sim']}+{source_sha256()[:12]}"}
            for name, content in source_files():
                staging.write(f"{CODE}/sfund_sim/{name}", content)
        _write_words(staging, about, loaded, folder)
        for language in LANGUAGES:
            staging.write(f"tables/by_lp_kind.{language}.tex", _by_lp_kind(folder, about, language).encode())
    return staging.final


def lock(about: dict[str, Any]) -> str:
    """``name==version`` of everything that sfund_sim needs, a line each, in alphabetical order: the run's versions.

    With sfund_sim itself where it is a release. Where it runs from its source without being installed, of everything
    that is installed.
    """
    found: dict[str, str] = {}
    waiting = [DISTRIBUTION]
    try:
        metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        waiting = [each.metadata["Name"] for each in metadata.distributions()]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            installed = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        found[name] = about["versions"].get(name, installed.version)
        waiting += [_name(text) for text in installed.requires or () if "extra ==" not in text]
    if not is_released():
        found.pop(DISTRIBUTION, None)
    return "".join(f"{name}=={version}\n" for name, version in sorted(found.items()))


def _name(requirement: str) -> str:
    found = _REQUIREMENT.match(requirement)
    return found.group() if found else requirement


def _check_code(folder: Path, about: dict[str, Any]) -> None:
    """OutputError when the run was made by other code than this, which could not be promised to make it again."""
    then, now = about["versions"].get(manifest.SOURCE, "?"), source_sha256()
    if then != now:
        raise OutputError(
            f"{folder} was made by other code of sfund_sim ({then[:12]} then, {now[:12]} now): bundle it with the code "
            "that made it, or run it again",
            f"{folder} 由另一份 sfund_sim 代码生成（当时 {then[:12]}，现在 {now[:12]}）："
            "请用当时的代码打包，或重新运行",
        )


def _write_script(staging: Staging, about: dict[str, Any]) -> None:
    words = shlex.split(about["repeat_in_this_folder"])[1:]
    command = [*words, "--lang", about["language"], *([] if about["report"] else ["--no-report"])]
    outputs = sorted(about["outputs"].items())
    staging.write("expected.sha256", "".join(f"{facts['sha256']}  {name}\n" for name, facts in outputs).encode())
    staging.write("command.json", (json.dumps(command, ensure_ascii=False) + "\n").encode())
    versions = {"sfund_sim": about["sfund_sim"], "versions": about["versions"]}
    staging.write("versions.json", (json.dumps(versions, indent=1) + "\n").encode())
    staging.write("requirements.lock.txt", lock(about).encode())
    staging.write("run.py", _template("run.py.txt").encode())
    staging.write("run.sh", _template("run.sh").encode())


def _write_words(staging: Staging, about: dict[str, Any], loaded: LoadedScenario, folder: Path) -> None:
    title = loaded.scenario.title
    facts = {"version": about["sfund_sim"], "python": about["versions"]["python"], "title": title.en}
    code = "" if is_released() else f"| `{CODE}/` | the code of sfund_sim that made the run: it is no release |\n"
    if about.get("parts"):
        code += f"| `{FOLDER}/` | the study's own rules, which `run.py` hands to sfund_sim |\n"
    staging.write("README.md", _template("README.md").format(**facts, code=code).encode())
    citation = facts | {"title": json.dumps(title.en), "results_sha256": about["results_sha256"]}
    staging.write("CITATION.cff", _template("CITATION.cff").format(**citation).encode())
    for language in LANGUAGES:
        staging.write(f"methods.{language}.md", methods(about, loaded, folder, language).encode())


def methods(about: dict[str, Any], loaded: LoadedScenario, folder: Path, language: Language) -> str:
    """A paragraph that says how the numbers were made, from the run's own records."""
    scenario, runs = loaded.scenario, read_table(folder, "runs")
    is_zh, failed = language == "zh", len(about.get("failed_replications", []))
    exits = f"{runs['exits_rows'].sum():,}"
    groups = len(runs) > MOST_GROUPS
    lost = "1 replication failed and is" if failed == 1 else f"{failed} replications failed and are"
    missing = f" {lost} missing.", f"其中 {failed} 次重复失败，未计入。"
    return _template(f"methods.{language}.md").format(
        title=getattr(scenario.title, language),
        version=about["sfund_sim"],
        replications=about["replications"],
        seed=about["seed"],
        start=scenario.horizon.start,
        end=scenario.horizon.end,
        funds=_range(runs["funds_rows"]),
        exits=f"，合计 {exits} 项转让决策" if is_zh else f" and {exits} decisions to sell in all",
        left_out=(f"{MOST_GROUPS} 组重复之一" if groups else "一次重复") if is_zh
        else (f"one of {MOST_GROUPS} groups of replications" if groups else "one replication"),
        failed=missing[is_zh] if failed else "",
        sha256=about["scenario_sha256"],
        results_sha256=about["results_sha256"],
    )  # fmt: skip


def _range(counts: pd.Series[Any]) -> str:
    least, most = int(counts.min()), int(counts.max())
    return f"{least:,}" if least == most else f"{least:,}–{most:,}"


def _by_lp_kind(folder: Path, about: dict[str, Any], language: Language) -> str:
    """Share sold, time, price and gain over holding by kind of seller, each with its interval and n."""
    found, replications = Summary(read_table(folder, "summary")), manifest.finished(about)
    rows = []
    groups = [("lp_kind", group) for group in found.groups("lp_kind")]
    for grouping, group in [*groups, *TOTALS]:
        cells = [_stacked(found, (outcome, grouping, group), language) for outcome in _OUTCOMES]
        rows.append([group_word(grouping, group, language), *cells])
    headings = [phrase("group_word", language), *(outcome_heading(name, language) for name in _OUTCOMES)]
    note = phrase("latex_note" if replications > 1 else "latex_note_one", language, n=replications)
    caption = phrase("terminal_kinds", language)
    return booktabs(headings, rows, caption=caption, note=note, breaks=(len(groups),))


def _stacked(found: Summary, cell: Cell, language: Language) -> str:
    """A number, its interval and the rows behind it, one below the other: each outcome rests on rows of its own."""
    return "\n".join(part for part in (*found.parts(cell, language), f"n = {found.n(cell):,}") if part)


def _template(name: str) -> str:
    return resources.files("sfund_sim.report").joinpath("bundle_files", name).read_text("utf-8")
