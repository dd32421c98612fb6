"""The form of the JSON files of folders, with bounds: whatever stands there is told as it is, never stumbled over."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

Check = Callable[[Any], bool]
"""Is a value such as it should be? Kinds of values count exactly: ``true`` is no number."""


def json_value(text: str) -> Any:
    """The value of a JSON text; ValueError for what is none, and for one nested deeper than can be read."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def has_form(found: Any, wanted: Mapping[str, Check], if_there: Mapping[str, Check]) -> bool:
    """Is it a mapping with all entries wanted, and are these and the others named such as they should be?"""
    return isinstance(found, dict) and all(
        check(found[name]) if name in found else name in if_there for name, check in {**if_there, **wanted}.items()
    )


def is_text(value: Any) -> bool:
    """Is it a text?"""
    return type(value) is str


def is_flag(value: Any) -> bool:
    """Is it true or false?"""
    return type(value) is bool


def whole(least: int, most: int) -> Check:
    """Is it a whole number from ``least`` to ``most``?"""
    return lambda value: type(value) is int and least <= value <= most


def one_of(*allowed: str) -> Check:
    """Is it one of these texts?"""
    return lambda value: is_text(value) and value in allowed


def list_of(check: Check) -> Check:
    """Is it a list of such values?"""
    return lambda value: isinstance(value, list) and all(map(check, value))


def mapping_of(check: Check) -> Check:
    """Is it a mapping to such values?"""
    return lambda value: isinstance(value, dict) and all(map(check, value.values()))


def are_files(value: Any) -> bool:
    """Is it a mapping from paths within a folder to size and hash?"""
    facts = {"size": whole(0, 2**63 - 1), "sha256": is_text}
    return mapping_of(lambda each: has_form(each, facts, {}) and len(each) == len(facts))(value) and all(
        not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts for name in value
    )


MOST = 1_000_000
"""Replications that an experiment has at most."""
SEED, REPLICATIONS, TEXTS = whole(0, 2**63 - 1), whole(0, MOST), mapping_of(is_text)
LANGUAGE = one_of("en", "zh")
