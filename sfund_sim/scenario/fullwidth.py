"""Full-width punctuation, as a Chinese input method types it, where YAML needs the half-width sign.

Chinese text in values is left alone: a sign counts as a mistake only where it can be nothing but meant YAML.
"""

from __future__ import annotations

import re
import unicodedata

from sfund_sim.ground.errors import Problem
from sfund_sim.scenario.nodes import Place

IDEOGRAPHIC_SPACE, NO_BREAK_SPACE = "\u3000", "\u00a0"
_SPACES = IDEOGRAPHIC_SPACE + NO_BREAK_SPACE
"""Spaces that are none of YAML's: of a Chinese input method, and of text copied from a page."""
_NAMES = {
    IDEOGRAPHIC_SPACE: ("U+3000 (ideographic space)", "（全角空格）"),
    NO_BREAK_SPACE: ("U+00A0 (no-break space)", "不间断空格（U+00A0）"),
}
_KEY = r"[A-Za-z_][A-Za-z0-9_.]*"
_OPENERS = "［｛【"
_KEY_LINE = re.compile(rf"(?P<key>(?:{_KEY}|[“\"]{_KEY}[”\"]))[ \u3000]*：[ \u3000]*")
_DASH = re.compile(r"－[ \u3000]*")
_QUOTED = re.compile(r"[“”][^“”]*[”“]|[‘’][^‘’]*[’‘]")
_FLOW_SHAPE = re.compile(r"［[^\u4e00-\u9fff]*］|｛[^\u4e00-\u9fff]*｝|【[^\u4e00-\u9fff]*】")
_FLOW = str.maketrans({"［": "[", "］": "]", "【": "[", "】": "]", "｛": "{", "｝": "}"})
_MEANT_IN_KEY = re.compile(rf"{_KEY_LINE.pattern}|[－{_SPACES}＃]|.*[{_SPACES}]$|“.*”$")


def suspicious_key(text: str) -> bool:
    """Does an unquoted key show that a full-width sign was typed for YAML's own?"""
    return _MEANT_IN_KEY.match(text) is not None


def suspicious_value(text: str, *, may_be_structure: bool) -> bool:
    """Does an unquoted value show it? ``may_be_structure``: it stands where a mapping or list could begin."""
    if _FLOW_SHAPE.fullmatch(text) or _QUOTED.fullmatch(text) or " ＃" in text:
        return True
    bare = text.lstrip(_SPACES)
    return may_be_structure and (_DASH.match(bare) is not None or _KEY_LINE.match(_DASH.sub("", bare)) is not None)


def half_width(line: str) -> str:
    """The line with half-width signs where YAML's structure needs them; unchanged when there is nothing to mend."""
    indent = re.match(rf"[ {_SPACES}]*", line)
    lead = indent.group() if indent else ""
    rest = re.sub(rf" *[{_SPACES}][ {_SPACES}]*$", "", line[len(lead) :])
    lead = lead.replace(IDEOGRAPHIC_SPACE, "  ").replace(NO_BREAK_SPACE, " ")
    if dash := re.match(rf"(－|- )[ {_SPACES}]*", rest):
        lead, rest = lead + "- ", rest[dash.end() :]
    if rest.startswith("＃"):
        return lead + "#" + rest[1:]
    key, value = _key_and_value(rest)
    return (lead + key + _value(value)).rstrip(" ") if key or value else lead


def _key_and_value(rest: str) -> tuple[str, str]:
    if wide := _KEY_LINE.match(rest):
        return wide["key"].replace("“", '"').replace("”", '"') + ": ", rest[wide.end() :]
    if narrow := re.match(rf"(?P<key>[“\"]?{_KEY}[”\"]?)\s*:[\s{_SPACES}]+", rest):
        return narrow["key"].replace("“", '"').replace("”", '"') + ": ", rest[narrow.end() :]
    return "", rest


def _value(value: str) -> str:
    value = value.replace(" ＃", " #")
    body, hash_sign, remark = value.partition(" #")
    if _QUOTED.fullmatch(body.strip()):
        inner = body.strip()[1:-1].replace("\\", "\\\\").replace('"', '\\"')
        return f'"{inner}"{hash_sign}{remark}'
    if body[:1] in (*_OPENERS, "[", "{"):
        body = body.translate(_FLOW)
        body = re.sub(r"，\s*", ", ", body)
        body = re.sub(rf"(?P<key>{_KEY})\s*：\s*", r"\g<key>: ", body)
    return body + hash_sign + remark


def problem_of(place: Place, line: str, mended: str) -> Problem:
    """The complaint about one mended line."""
    signs = sorted({sign for sign in line if is_wide(sign) and sign not in mended}, key=line.index)
    told = [_NAMES.get(sign, (f"'{sign}'", sign)) for sign in signs]
    found, found_zh = (" ".join(words) for words in zip(*told, strict=True))
    written = mended.strip() if len(mended) < 100 else mended.strip()[:97] + "..."
    if signs == [NO_BREAK_SPACE]:
        return Problem(
            *place,
            f"{found} where YAML needs an ordinary space; write: {written}",
            f"此处须用普通空格，却输入了{found_zh}；请写作：{written}",
        )
    return Problem(
        *place,
        f"full-width punctuation {found} where YAML needs half-width signs; write: {written}",
        f"此处须用半角符号，却输入了全角符号 {found_zh} ；请写作：{written}",
    )


def is_wide(sign: str) -> bool:
    """Is it a full-width form or a Chinese punctuation mark that has a half-width sister?"""
    return sign in "“”‘’【】、。" or unicodedata.normalize("NFKC", sign) != sign


def narrowed(text: str) -> str:
    """A text with every full-width form made half-width (NFKC), quotes included."""
    return unicodedata.normalize("NFKC", text).translate(str.maketrans("“”‘’、。", "\"\"'',.")).strip()
