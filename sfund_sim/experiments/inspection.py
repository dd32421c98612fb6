"""Audit of a run folder: every file against the manifest's hash, every ledger against its own seals and rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

from sfund_sim.experiments import manifest
from sfund_sim.experiments.archive import entries_in, facts_of
from sfund_sim.experiments.keeping import LEDGER, kept_by
from sfund_sim.experiments.manifest_claims import claims
from sfund_sim.experiments.rendering import ledger_name
from sfund_sim.experiments.rows_to_audit import final_holdings, final_sales
from sfund_sim.ground.errors import Language
from sfund_sim.market import register
from sfund_sim.outcomes.audit import RULES, Audited, audit
from sfund_sim.outcomes.register_books import Held, Sold

FILES, MANIFEST, EXITS = "files", "manifest", "exits"
CHECKS = {
    FILES: "every file has the manifest's size and hash, none is missing, none was added, none is a link",
    MANIFEST: "results_sha256 is the hash of all files; what the manifest says is so, as far as they tell of it",
    **RULES,
}
"""What is checked, by name, in the order of the verdict."""
_MISSING = ("it is missing", "该文件缺失")
_ADDED = ("it is not in the manifest: it was added later", "清单中没有该文件：系事后添加")
_ALTERED = ("its content is not what was written", "内容与写入时不同")
_OF_OTHER_SIZE = ("the manifest gives another size", "清单所载大小与文件不符")
_NO_FILE = ("it is a link, or no regular file: it was not opened", "它是链接，或不是普通文件：未予打开")


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """Something that is wrong."""

    check: str
    file: str
    what: str
    what_zh: str
    record: int = 0
    """Number of the record in a ledger, 1-based; 0 for the file as a whole."""

    @property
    def where(self) -> str:
        """File, with the record's number in a ledger."""
        return f"{self.file}, record {self.record}" if self.record else self.file

    def text(self, language: Language = "en") -> str:
        """One line: where, and what is wrong there."""
        if language == "zh":
            return f"{self.file}{f' 第 {self.record} 条记录' if self.record else ''}：{self.what_zh}"
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the audit of a run folder found."""

    folder: Path
    files: int
    ledgers: int
    records: int
    findings: tuple[AuditFinding, ...]
    """In the order of ledgers and records; those about whole files after them."""
    has_ledgers: bool = True
    """Are there ledgers? Without them only the hashes of files can be checked."""
    is_run: bool = True
    """Is it a run's folder? Comparisons and sweeps never have ledgers."""
    has_exits: bool = True
    """Is there a table of exits, which ledgers are held against?"""
    unconfirmed: tuple[str, ...] = ()
    """Entries of the manifest of which no file tells."""

    @property
    def checks(self) -> dict[str, str]:
        """What could be checked, by name."""
        left_out = () if self.has_ledgers else RULES
        return {
            name: meaning
            for name, meaning in CHECKS.items()
            if name not in left_out and (name != EXITS or self.has_exits)
        }

    @property
    def is_sound(self) -> bool:
        """Is nothing wrong?"""
        return not self.findings

    def first(self, check: str) -> AuditFinding | None:
        """The first finding of one check."""
        return next((finding for finding in self.findings if finding.check == check), None)


def inspect(folder: Path) -> Inspection:
    """Audit a run folder; OutputError when it is none. Sweeps and comparisons have hashes but no ledgers.

    Nothing is opened that is not a file itself: a link leads elsewhere, and a pipe has no end.
    """
    about = manifest.read_manifest(folder)
    kept = kept_by(about)
    files, others = entries_in(folder)
    is_run = manifest.kind_of(about) == manifest.RUN
    has_ledgers = is_run and kept.keeps(LEDGER)
    has_exits = kept.keeps(EXITS)
    numbers: list[int] = []
    records, findings = 0, list[AuditFinding]()
    if has_ledgers:
        failed = set(about.get("failed_replications", []))
        numbers = [number for number in range(1, about["replications"] + 1) if number not in failed]
        exits = kept.file_of(EXITS) if has_exits else ""
        records, findings = _ledgers(folder, about, numbers, {*files}, (kept.file_of("holdings"), exits))
    findings += _changed_files(folder, about, {*files} - {manifest.NAME}, {*others})
    held = claims(folder, about, files)
    findings += [AuditFinding(MANIFEST, manifest.NAME, *claim) for claim in held.false]
    return Inspection(
        folder, len(about["outputs"]), len(numbers), records, tuple(findings),
        has_ledgers, is_run, has_exits, held.unconfirmed,
    )  # fmt: skip


def _ledgers(
    folder: Path, about: dict[str, Any], numbers: Sequence[int], files: Collection[str], tables: tuple[str, str]
) -> tuple[int, list[AuditFinding]]:
    """Records of the ledgers, and what is wrong with them; ``tables`` are those of holdings and, if any, of exits."""
    records = 0
    findings: list[AuditFinding] = []
    holdings, exits = (folder / name if name in files else None for name in tables)
    sales = final_sales(exits, numbers) if tables[1] else repeat(None)
    for replication, final, sold in zip(numbers, final_holdings(holdings, numbers), sales, strict=False):
        name = ledger_name(replication)
        if name not in files:
            findings.append(AuditFinding("chain", name, *_MISSING))
            continue
        verdict = _audited(folder / name, about, replication, final, sold)
        records += verdict.records
        findings += [AuditFinding(one.rule, name, one.what, one.what_zh, one.record) for one in verdict.faults]
    return records, findings


def _audited(
    path: Path,
    about: dict[str, Any],
    replication: int,
    final: Mapping[str, Held],
    sold: Mapping[str, Sold] | None,
) -> Audited:
    first = register.genesis(about["scenario_sha256"], about["seed"], replication)
    return audit(path.read_bytes(), genesis=first, final=final, sold=sold)


def _changed_files(folder: Path, about: dict[str, Any], files: Set[str], others: Set[str]) -> list[AuditFinding]:
    outputs = manifest.outputs_of(about)
    findings = []
    for name in sorted({*files, *others, *outputs}):
        if name in others:
            findings.append(AuditFinding(FILES, name, *_NO_FILE))
        elif name not in files:
            findings.append(AuditFinding(FILES, name, *_MISSING))
        elif name not in outputs:
            findings.append(AuditFinding(FILES, name, *_ADDED))
        elif (found := facts_of(folder / name)).sha256 != outputs[name].sha256:
            findings.append(AuditFinding(FILES, name, *_ALTERED))
        elif found != outputs[name]:
            findings.append(AuditFinding(FILES, name, *_OF_OTHER_SIZE))
    return findings
