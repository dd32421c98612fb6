"""Single files, written whole or not at all: under another name first, then renamed."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from sfund_sim.ground.errors import OutputError
from sfund_sim.ground.refusals import refusal

_MOST_OF_NAME = 60
"""Characters of a file's name in its passing one: a name may have 255 bytes, a character takes up to four."""


def write_whole(path: Path, *pieces: bytes) -> None:
    """Write a file that appears whole or not at all, even if the process or the machine dies meanwhile."""
    unfinished = path.with_name(f"{path.name[:_MOST_OF_NAME]}.unfinished")
    try:
        with unfinished.open("wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            shutil.copymode(path, unfinished)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def refuse_if_there(path: Path) -> None:
    """OutputError when something of that name is there already."""
    if os.path.lexists(path):
        raise OutputError(
            f"{path}: already there; choose another name, or add --force",
            f"{path}：文件已存在；请换一个名称，或加上 --force",
        )


def write_named(path: Path, content: str | bytes, *, overwrite: bool = True) -> None:
    """Write a file that a user has named; OutputError when that fails, or when it is not to be overwritten.

    Links are followed, and a pipe or a device takes what comes. Text becomes UTF-8; a name in it that is not (a file
    whose name is in GBK, say) keeps its bytes as escapes.
    """
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    if not overwrite:
        refuse_if_there(path)
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            write_whole(target, data)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({refusal(error, 'en')})",
            f"{path}：无法写入（{refusal(error, 'zh')}）",
        ) from None
