"""What folders of results have in common, of a run, a comparison or a sweep: wishes, the way in, the manifest."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from sfund_sim.experiments import manifest
from sfund_sim.experiments.archive import staged, write_beside
from sfund_sim.experiments.keeping import Keeping
from sfund_sim.experiments.own_parts import entries
from sfund_sim.experiments.replication import Failure, ReplicationFailed
from sfund_sim.experiments.work_folder import Means, WorkFolder, undertaken

if TYPE_CHECKING:
    from sfund_sim.experiments.archive import Staging
    from sfund_sim.experiments.identity import Identity
    from sfund_sim.experiments.results import Making
    from sfund_sim.ground.errors import Language

R = TypeVar("R")
Reporter = Callable[..., Mapping[str, bytes]]
"""Makes figures and page of results in a language (of a run's with the tables to draw from), contents by file name;
handed in, for ``report`` is on a higher floor."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants in the folder besides tables."""

    reporter: Reporter | None = None
    """Makes figures and page; None for results without them."""
    language: Language = "en"
    command: Callable[[int], str] | None = None
    """The command that repeats the work from where it was made, given its replications; None when made in Python."""
    keeping: Keeping = field(default_factory=Keeping)
    """Which tables are kept, and in what form the large ones."""


class Saved(NamedTuple, Generic[R]):
    """Results and their folder."""

    folder: Path
    manifest: dict[str, Any]
    results: R


def made_into(
    final: Path,
    identity: Identity,
    wishes: Wishes,
    *,
    make: Callable[[WorkFolder], R],
    write: Callable[[Staging, R, Wishes], dict[str, Any]],
    story: Callable[[Failure], Sequence[str]] = lambda failure: (),
    means: Means | None = None,
    or_numbered: bool = False,
) -> Saved[R]:
    """Make results and write them into a folder, whole or not at all; what is finished waits in ``<final>.partial``.

    A replication that raises leaves its ``story``, with the traceback, in a text file beside the folder that would have
    been, or, when the rest is to go on, in the folder; OutputError tells what else went wrong.
    """
    try:
        with undertaken(final, identity, means or Means(), or_numbered=or_numbered) as work:
            results = make(work)
            with staged(final, or_numbered=or_numbered, within=work.folder) as staging:
                whole = write(staging, results, wishes)
    except ReplicationFailed as failed:
        file, failure = final.with_name(f"{final.name}.failed.txt"), failed.failure
        write_beside(file, "\n".join([str(failed), *story(failure), "", failure.traceback]))
        raise ReplicationFailed(failure, file) from None
    return Saved(staging.final, whole, results)


def completed(staging: Staging, files: Mapping[str, bytes], about: Mapping[str, Any]) -> dict[str, Any]:
    """Write the last files of a folder of results and its manifest, of which ``about`` is the part before the files."""
    for name, content in files.items():
        staging.write(name, content)
    whole = manifest.manifest_of(about, staging.facts())
    staging.write(manifest.NAME, manifest.manifest_bytes(whole))
    return whole


def how_made(
    making: Making, warnings: Sequence[str], wishes: Wishes, *, replications: int, again: str
) -> dict[str, Any]:
    """What manifests say of the way in which results were made; ``again`` repeats them from within their folder."""
    return {
        "language": wishes.language,
        "report": wishes.reporter is not None,
        "command": wishes.command(replications) if wishes.command else again,
        "repeat_in_this_folder": again,
        "finished_utc": manifest.utc_now(),
        "wall_seconds": round(making.wall_seconds, 3),
        "workers": making.workers,
        "warnings": list(warnings),
        **({"precision": making.reached.data()} if making.reached else {}),
    }


def told_of(used: object) -> dict[str, Any]:
    """What a manifest says of a study's own parts: nothing where all are of the package."""
    told = entries(used)
    return {"parts": told} if told else {}


def dictionary() -> bytes:
    """The dictionary with a byte-order mark, by which spreadsheets know that it is UTF-8."""
    text = resources.files("sfund_sim.outcomes").joinpath("dictionary.csv").read_text("utf-8")
    return codecs.BOM_UTF8 + text.encode()
