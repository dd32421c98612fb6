"""Nodes from YAML's events, one at a time and without recursion, within bounds that no honest scenario meets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sfund_sim.ground.errors import Problem
from sfund_sim.scenario import fullwidth
from sfund_sim.scenario.nodes import Entry, Node, Place, Scalar, mapping_of, sequence_of
from sfund_sim.scenario.scalars import UnusableNumberError, value_of
from sfund_sim.scenario.split_numbers import Piece

MOST_NODES = 100_000
MOST_ALIASES = 5_000
DEEPEST = 40
LONGEST_SCALAR = 50_000
_SHOWN = 40
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Refused(Exception):
    """The file is beyond the bounds: nothing more of it is read."""

    def __init__(self, place: Place, message: str, message_zh: str) -> None:
        self.problem = Problem(*place, message, message_zh)
        super().__init__(message)


@dataclass
class _Open:
    """A list or mapping whose end has not come yet."""

    place: Place
    is_mapping: bool
    anchor: str | None
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: str | None = None
    key_place: Place | None = None
    """Where the pending key stands; None while a key is expected."""
    key_event: Any = None
    piece: Piece | None = None
    """The last value, which may be the beginning of a number that a comma has ended."""

    @property
    def wants_key(self) -> bool:
        """Is the next event a key?"""
        return self.is_mapping and self.key_place is None

    def closed(self) -> Node:
        """The finished node."""
        return mapping_of(self.place, self.entries) if self.is_mapping else sequence_of(self.place, self.items)


class Composer:
    """Takes the parser's events in order; ``problems`` and ``suspects`` fill up on the way."""

    def __init__(self, shown: str) -> None:
        self._problems: list[Problem] = []
        self._split: dict[Place, Piece] = {}
        self.suspects: list[range] = []
        """Lines (0-based) in which a full-width sign may stand for YAML's own."""
        self.root: Node | None = None
        """The finished tree; None when nothing was read."""
        self._shown = shown
        self._open: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}
        self._documents = 0
        self._events = 0
        self._aliases = 0
        self._nodes = 0

    @property
    def problems(self) -> list[Problem]:
        """What is wrong so far."""
        return [*self._problems, *(piece.problem() for piece in self._split.values())]

    def take(self, event: Any) -> None:
        """Take one event; Refused when the file is beyond the bounds."""
        self._events += 1
        name = type(event).__name__
        if self._events > MOST_NODES or self._aliases > MOST_ALIASES:
            raise self._too_many(self._place(event))
        if name == "ScalarEvent":
            self._take_scalar(event)
        elif name in ("MappingStartEvent", "SequenceStartEvent"):
            self._take_start(event, is_mapping=name == "MappingStartEvent")
        elif name in ("MappingEndEvent", "SequenceEndEvent"):
            ended = self._open.pop()
            self._place_node(ended.closed(), ended.anchor, count=0)
        elif name == "AliasEvent":
            self._take_alias(event)
        elif name == "DocumentStartEvent":
            self._take_document(event)

    def _place(self, event: Any) -> Place:
        return Place(self._shown, event.start_mark.line + 1, event.start_mark.column + 1)

    def _complain(self, place: Place, message: str, message_zh: str) -> None:
        self._problems.append(Problem(*place, message, message_zh))

    def _too_many(self, place: Place) -> Refused:
        return Refused(
            place,
            f"the file holds too many values (at most {MOST_NODES:,} with its aliases written out, "
            f"and {MOST_ALIASES:,} aliases)",
            f"文件中的值过多（展开别名后至多 {MOST_NODES:,} 个，别名至多 {MOST_ALIASES:,} 个）",
        )

    def _take_document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise Refused(
                self._place(event),
                "a second document begins here; a scenario file holds one: remove '---'",
                "此处开始了第二个文档；情景文件只能有一个：请删去“---”",
            )

    def _check_tag(self, event: Any) -> None:
        tag = event.tag
        if tag is not None:
            self._complain(
                self._place(event),
                f"tags are not allowed in a scenario file ('{tag}'); remove it: files are data and run no code",
                f"情景文件不允许使用标签（“{tag}”）；请删除：文件只是数据，不执行代码",
            )

    def _take_start(self, event: Any, *, is_mapping: bool) -> None:
        place = self._place(event)
        self._check_tag(event)
        if len(self._open) >= DEEPEST:
            raise self._too_deep(place)
        self._check_not_key(place)
        if event.anchor:
            self._anchors[event.anchor] = None
        self._open.append(_Open(place, is_mapping, event.anchor))

    def _check_not_key(self, place: Place) -> None:
        if self._open and self._open[-1].wants_key:
            self._complain(
                place,
                "a key must be one word; is a ':' or a bracket too many here?",
                "键须为单个词；此处是否多了冒号或括号？",
            )

    def _too_deep(self, place: Place) -> Refused:
        return Refused(
            place,
            f"the file is nested more than {DEEPEST} levels deep; a scenario needs fewer than 10",
            f"嵌套超过 {DEEPEST} 层；情景文件一般不超过 10 层",
        )

    def _take_alias(self, event: Any) -> None:
        place, name = self._place(event), event.anchor
        self._aliases += 1
        self._check_not_key(place)
        node = self._anchors.get(name)
        if node is None:
            inside, inside_zh = "not defined above", "未在前面定义"
            if name in self._anchors:
                inside, inside_zh = "inside itself", "位于它自己所指的值之内"
            self._complain(
                place,
                f"the alias '*{name}' stands for something {inside}; write the value out, or quote the text",
                f"别名“*{name}”{inside_zh}；请直接写出该值，或为文字加引号",
            )
            node = Scalar(place, None, "")
        if len(self._open) + node.height > DEEPEST:
            raise self._too_deep(place)
        self._place_node(node, None, count=node.size, place=place)

    def _take_scalar(self, event: Any) -> None:
        place, is_plain = self._place(event), event.style is None
        self._check_tag(event)
        if len(event.value) > LONGEST_SCALAR:
            raise Refused(
                place,
                f"a value is longer than {LONGEST_SCALAR:,} characters",
                f"单个值超过 {LONGEST_SCALAR:,} 个字符",
            )
        if is_plain and self._is_suspicious(event):
            self.suspects.append(range(event.start_mark.line, event.end_mark.line + 1))
        parent = self._open[-1] if self._open else None
        if parent and parent.wants_key:
            self._take_key(event.value if is_plain else self._quoted(event.value, place).text, place)
            parent.key_event = event
        elif not (parent and self._joins(parent, event)):
            key = parent.key if parent and parent.is_mapping else ""
            self._place_node(self._scalar(event, place, is_plain=is_plain), event.anchor, count=1)
            if parent:
                parent.piece = Piece.of(key, place, event) if is_plain and key is not None else None

    def _joins(self, parent: _Open, event: Any) -> bool:
        """Does a scalar, or the key before it that has no value, go on with a number? Then it is put together again."""
        group = parent.key_event if parent.is_mapping else event
        whole = parent.piece.with_group(group) if parent.piece else None
        if whole is None or (parent.is_mapping and (event.value or event.style is not None)):
            return False
        node = Scalar(whole.place, value_of(whole.number), whole.number)
        if parent.is_mapping:
            parent.entries[whole.key] = Entry(parent.entries[whole.key].key, node)
            parent.key = parent.key_place = None
        else:
            parent.items[-1] = node
        parent.piece = self._split[whole.place] = whole
        return True

    def _is_suspicious(self, event: Any) -> bool:
        if self._open and self._open[-1].wants_key:
            return fullwidth.suspicious_key(event.value)
        parent = self._open[-1] if self._open else None
        below = parent is not None and parent.key_place is not None and event.start_mark.line >= parent.key_place.line
        may_be_structure = parent is None or not parent.is_mapping or below
        return fullwidth.suspicious_value(event.value, may_be_structure=may_be_structure)

    def _scalar(self, event: Any, place: Place, *, is_plain: bool) -> Scalar:
        if not is_plain:
            return self._quoted(event.value, place)
        try:
            return Scalar(place, value_of(event.value), event.value)
        except UnusableNumberError as error:
            self._complain(
                place,
                f"'{_cut(event.value)}' is {error.what.en}; write an ordinary number, or null for none",
                f"“{_cut(event.value)}”{error.what.zh}；请写普通数字，若无则写 null",
            )
            return Scalar(place, None, event.value)

    def _quoted(self, text: str, place: Place) -> Scalar:
        if found := _NO_TEXT.search(text):
            code = f"U+{ord(found.group()):04X}"
            self._complain(
                place,
                f"an escape in the text makes a control character ({code}); remove it",
                f"文字中的转义产生了控制字符（{code}）；请删除",
            )
            text = _NO_TEXT.sub("", text)
        return Scalar(place, text, text, plain=False)

    def _take_key(self, key: str, place: Place) -> None:
        parent = self._open[-1]
        parent.key, parent.key_place = key, place
        if key in parent.entries:
            first = parent.entries[key].key
            self._complain(
                place,
                f"the key '{key[:60]}' is here twice (first in line {first.line}); keep one of them",
                f"键“{key[:60]}”重复（首次出现在第 {first.line} 行）；请只保留一个",
            )
            parent.key = None

    def _place_node(self, node: Node, anchor: str | None, *, count: int, place: Place | None = None) -> None:
        """Put a finished node where it belongs; ``count`` is what it adds to the expanded size."""
        self._nodes += count
        if self._nodes > MOST_NODES:
            raise self._too_many(place or node.place)
        if anchor:
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if not parent.is_mapping:
            parent.items.append(node)
        elif parent.key_place is None:
            parent.key_place = node.place
        else:
            if parent.key is not None:
                parent.entries[parent.key] = Entry(parent.key_place, node)
            parent.key = parent.key_place = None


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
