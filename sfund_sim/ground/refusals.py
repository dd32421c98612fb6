"""What the system says when it refuses to read or write, in words, in English and Chinese."""

from __future__ import annotations

import errno
from json import JSONDecodeError

from sfund_sim.ground.errors import Language

_WORDS = {
    errno.ENOENT: ("there is no such file or folder", "没有该文件或文件夹"),
    errno.ENOTDIR: ("a part of the path is a file, not a folder", "路径中有一部分是文件而非文件夹"),
    errno.ENOSPC: ("no room is left on the disk or device", "磁盘或设备空间已满"),
    errno.EDQUOT: ("your disk quota is used up", "磁盘配额已用尽"),
    errno.EFBIG: ("it would be larger than this system allows", "文件超过系统允许的大小"),
    errno.EACCES: ("you may not read or write there", "没有读写权限"),
    errno.EISDIR: ("it is a folder, not a file", "这是文件夹，不是文件"),
    errno.EROFS: ("nothing can be written there", "该处只读，无法写入"),
    errno.ENAMETOOLONG: ("its name is too long", "名称过长"),
}


def refusal(error: OSError | ValueError, language: Language) -> str:
    """Why the system refused a path or a text; in its own words where this module has none."""
    if isinstance(error, UnicodeDecodeError):
        english, chinese = "it is not UTF-8 text", "不是 UTF-8 文本"
    elif isinstance(error, JSONDecodeError):
        english = f"it is not JSON: {error}"
        chinese = f"不是 JSON：第 {error.lineno} 行第 {error.colno} 列有误"
    elif isinstance(error, OSError):
        english, chinese = _WORDS.get(error.errno or 0, (error.strerror or str(error),) * 2)
    else:
        english = chinese = str(error)
    return chinese if language == "zh" else english
