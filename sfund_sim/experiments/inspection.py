"""Audit of a run folder: every file against the manifest's hash, every ledger against its own seals and rules."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sfund_sim.experiments import manifest
from sfund_sim.experiments.archive import facts_of, files_in
from sfund_sim.experiments.final_holdings import final_holdings
from sfund_sim.experiments.keeping import LEDGER, kept_by
from sfund_sim.experiments.rendering import ledger_name
from sfund_sim.market import register
from sfund_sim.outcomes.audit import RULES, Verdict, audit
from sfund_sim.outcomes.register_books import Held

FILES = "files"
CHECKS = {FILES: "every file has the manifest's hash, none is missing, none was added", **RULES}
"""What is checked, by name, in the order of the verdict."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong."""

    check: str
    where: str
    """File, with the record's number in a ledger."""
    what: str

    def text(self) -> str:
        """One line."""
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the audit of a run folder found."""

    folder: Path
    files: int
    ledgers: int
    records: int
    findings: tuple[Finding, ...]
    """In the order of ledgers and records; those about whole files after them."""
    has_ledgers: bool = True
    """Are there ledgers? Without them only the hashes of files can be checked."""
    is_run: bool = True
    """Is it a run's folder? Comparisons and sweeps never have ledgers."""

    @property
    def is_sound(self) -> bool:
        """Is nothing wrong?"""
        return not self.findings

    def first(self, check: str) -> Finding | None:
        """The first finding of one check."""
        return next((finding for finding in self.findings if finding.check == check), None)


def inspect(folder: Path) -> Inspection:
    """Audit a run folder; OutputError when it is none. Sweeps and comparisons have hashes but no ledgers."""
    about = manifest.read_manifest(folder)
    kept = kept_by(about)
    is_run = about.get("kind", manifest.RUN) == manifest.RUN
    has_ledgers = is_run and kept.keeps(LEDGER)
    findings: list[Finding] = []
    records = 0
    failed = about.get("failed_replications", [])
    there = [number for number in range(1, about["replications"] + 1) if number not in failed] if has_ledgers else []
    for replication, holdings in final_holdings(folder / kept.file_of("holdings"), there):
        name = ledger_name(replication)
        verdict = _audited(folder / name, about, replication, holdings)
        records += verdict.records
        findings += [Finding(fault.rule, _place(name, fault.record), fault.what) for fault in verdict.faults]
    findings += _changed_files(folder, about["outputs"])
    return Inspection(folder, len(about["outputs"]), len(there), records, tuple(findings), has_ledgers, is_run)


def _place(name: str, record: int) -> str:
    return f"{name}, record {record}" if record else name


def _audited(path: Path, about: dict[str, Any], replication: int, final: dict[str, Held]) -> Verdict:
    try:
        content = path.read_bytes()
    except OSError:
        content = b""
    first = register.genesis(about["scenario_sha256"], about["seed"], replication)
    return audit(content, genesis=first, final=final)


def _changed_files(folder: Path, outputs: dict[str, Any]) -> list[Finding]:
    there = {name for name in files_in(folder) if name != manifest.NAME}
    findings = []
    for name in sorted({*there, *outputs}):
        if name not in there:
            findings.append(Finding(FILES, name, "it is missing"))
        elif name not in outputs:
            findings.append(Finding(FILES, name, "it is not in the manifest: it was added later"))
        elif facts_of(folder / name).sha256 != outputs[name].get("sha256"):
            findings.append(Finding(FILES, name, "its content is not what was written"))
    return findings
