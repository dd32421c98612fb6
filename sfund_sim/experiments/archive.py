"""The keeper of run folders: written whole or not at all, never over something else; all files of a run pass here."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO

from sfund_sim.experiments.single_files import write_whole
from sfund_sim.ground.errors import Language, OutputError, Problem, ScenarioError

Pieces = Iterable[bytes | memoryview]
"""Content of a file, piece by piece."""

_PARTIAL = ".partial"

_DENIED = ("you may not write there; choose another folder with --out", "没有写入权限；请用 --out 另选文件夹")
_TAKEN = (
    "it exists already and is never overwritten; choose another folder with --out",
    "文件夹已存在，绝不覆盖；请用 --out 另选文件夹",
)
_REMEDIES = {
    errno.ENOSPC: ("the disk is full; free some room or write elsewhere with --out",
                   "磁盘已满；请腾出空间，或用 --out 写到别处"),
    errno.EDQUOT: ("your disk quota is used up; free some room or write elsewhere with --out",
                   "磁盘配额已用尽；请腾出空间，或用 --out 写到别处"),
    errno.EFBIG: ("a file would be larger than this system allows; write elsewhere with --out",
                  "文件超过系统允许的大小；请用 --out 写到别处"),
    errno.EROFS: ("the file system is read-only; write elsewhere with --out", "文件系统只读；请用 --out 写到别处"),
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.ENOENT: ("no folder can be made there; choose another with --out", "该处无法建立文件夹；请用 --out 另选"),
    errno.ENOTDIR: ("a part of that path is a file, not a folder; choose another folder with --out",
                    "路径中有一段是文件而非文件夹；请用 --out 另选文件夹"),
    errno.EEXIST: _TAKEN,
    errno.ENOTEMPTY: _TAKEN,
    errno.ENAMETOOLONG: ("the path is too long; choose a shorter one with --out",
                         "路径过长；请用 --out 选用更短的路径"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Size in bytes and SHA-256 of one file of a run folder."""

    size: int
    sha256: str


class Staging:
    """A hidden folder beside the final one, on the same file system, in which a run is written."""

    def __init__(self, folder: Path, final: Path) -> None:
        self.folder = folder
        self.final = final
        self._known: dict[str, FileFacts] = {}

    def write(self, name: str, content: bytes) -> None:
        """Write a whole file; folders in its name are made."""
        self._place(name).write_bytes(content)

    def append(self, name: str, pieces: Pieces) -> None:
        """Write on at the end of a file, or begin it; folders in its name are made."""
        with self._place(name).open("ab") as file:
            file.writelines(pieces)

    def enter(self, name: str, path: Path, facts: FileFacts) -> None:
        """Enter a whole file that lies elsewhere on the same disk, where it may be removed afterwards."""
        linked(path, self._place(name))
        self._known[name] = facts

    def begin(self, name: str) -> IO[bytes]:
        """A new file to write on; folders in its name are made."""
        return self._place(name).open("wb")

    def facts(self) -> dict[str, FileFacts]:
        """Size and hash of every file so far, by its path in the folder, sorted."""
        return {name: self._known.get(name) or facts_of(self.folder / name) for name in files_in(self.folder)}

    def _place(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


@contextmanager
def staged(final: Path, *, or_numbered: bool = False, within: Path | None = None) -> Iterator[Staging]:
    """Give a hidden folder to write in; it becomes ``final`` in one rename, or vanishes if anything goes wrong.

    With ``or_numbered`` a name taken meanwhile gets ``-2``, ``-3`` ... behind it. The hidden folder lies beside the
    final one, or ``within`` another on the same file system. Raises OutputError, with the remedy, for whatever the file
    system refuses.
    """
    given, final = final, Path(os.path.abspath(final))
    made: list[Path] = []
    with refusals_told(final):
        try:
            if not or_numbered:
                refuse_to_overwrite(final)
            made += made_folders(final.parent)
            made.append(_hidden(within or final.parent, final.name))
            staging = Staging(made[-1], given)
            yield staging
            _sync(staging.folder)
            name = _renamed(staging.folder, final, or_numbered=or_numbered).name
            staging.final = given if name == final.name else given.with_name(name)
            _sync_one(final.parent)
        finally:
            for folder in reversed(made):
                if folder.name.endswith(_PARTIAL):
                    shutil.rmtree(folder, ignore_errors=True)
                with suppress(OSError):
                    folder.rmdir()


def keep_out_of(folder: Path, out: Path) -> None:
    """Refuse to write into a folder of results, whose manifest names all that belongs to it; ScenarioError."""
    inside, within = Path(os.path.realpath(out)), Path(os.path.realpath(folder))
    if within in (inside, *inside.parents):
        raise ScenarioError([Problem("--out", 0, 0, f"{out} lies within {folder}, which is sealed: choose another",
                                     f"{out} 位于 {folder} 之内，其文件已封存：请选择其外的位置")])  # fmt: skip


@contextmanager
def refusals_told(final: Path) -> Iterator[None]:
    """Whatever the file system refuses becomes an OutputError that names the folder wanted, and the remedy."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"cannot write the results to {final}: {_remedy(error, 'en')}",
            f"无法将结果写入 {final}：{_remedy(error, 'zh')}",
        ) from error


def refuse_to_overwrite(final: Path) -> None:
    """Raise FileExistsError when something stands there; an empty folder may be filled, OutputError for other links."""
    if final.is_symlink() and not (final.is_dir() and any(final.iterdir())) and not final.is_file():
        raise OutputError(
            f"cannot write the results to {final}: it is a link, which results cannot replace; remove it, or choose "
            "another folder with --out",
            f"无法将结果写入 {final}：它是链接，结果不能取代链接；请删除该链接，或用 --out 另选文件夹",
        )
    if final.exists() and not (final.is_dir() and not any(final.iterdir())):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(final))


def _hidden(place: Path, name: str) -> Path:
    """Make the hidden folder; its name says whose it is, should the process be killed."""
    numbers = count(1)
    while (hidden := place / f".{name}.{os.getpid()}-{next(numbers)}{_PARTIAL}").exists():
        pass
    hidden.mkdir()
    return hidden


def _renamed(hidden: Path, final: Path, *, or_numbered: bool) -> Path:
    """Rename, never over anything but an empty folder."""
    wanted, numbers = final, count(2)
    while True:
        try:
            if wanted.is_dir():
                wanted.rmdir()
            return hidden.rename(wanted)
        except OSError as error:
            if not or_numbered or error.errno not in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
                raise
            wanted = final.with_name(f"{final.name}-{next(numbers)}")


def write_beside(path: Path, content: str) -> None:
    """Write one text file outside a run folder (the story of a failure)."""
    with refusals_told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content.encode("utf-8", "backslashreplace"))


def write_down(path: Path, pieces: Pieces) -> FileFacts:
    """Write a file as its pieces come, and bring it to the disk; whoever relies on it holds it against its facts."""
    digest, size = hashlib.sha256(), 0
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        for piece in pieces:
            size += file.write(piece)
            digest.update(piece)
        file.flush()
        os.fsync(file.fileno())
    return FileFacts(size, digest.hexdigest())


def linked(path: Path, target: Path) -> None:
    """Enter a file under another name on the same disk, or copy it where there is no such thing as a second name."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)


def files_in(folder: Path) -> list[str]:
    """Every file of a folder by its relative path with slashes, sorted."""
    return entries_in(folder)[0]


def entries_in(folder: Path) -> tuple[list[str], list[str]]:
    """Files of a folder, and whatever else is there but folders (links, pipes), by relative paths, sorted.

    Links are not followed: what they lead to is no part of the folder, and may change or be without end.
    """
    files: list[str] = []
    others: list[str] = []
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                else:
                    known = files if entry.is_file(follow_symlinks=False) else others
                    known.append(Path(entry.path).relative_to(folder).as_posix())
    return sorted(files), sorted(others)


def is_file_itself(path: Path) -> bool:
    """Is it a regular file, and no link to one?"""
    return path.is_file() and not path.is_symlink()


def facts_of(path: Path) -> FileFacts:
    """Size and SHA-256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileFacts(path.stat().st_size, digest)


def _sync(folder: Path) -> None:
    """Bring all files of a folder, and the entries of its folders, to the disk (POSIX; other systems do so in time)."""
    if os.name != "posix":
        return
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in [*(folder / name for name in files_in(folder)), *folders]:
        _sync_one(path)


def _sync_one(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def made_folders(folder: Path) -> list[Path]:
    """Make a folder and the missing ones above it; return those made, outermost first."""
    missing = [path for path in [folder, *folder.parents] if not path.exists()]
    if not (there := folder.parents[len(missing) - 1] if missing else folder).is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(there))
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def _remedy(error: OSError, language: Language) -> str:
    place = f" ({error.filename})" if error.filename and error.errno in (errno.ENOTDIR, errno.EACCES) else ""
    unknown = error.strerror or str(error)
    return _REMEDIES.get(error.errno or 0, (unknown, unknown))[language == "zh"] + place
