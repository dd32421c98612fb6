"""Adapters from cases to experiments, one file a group of families; adding a file adds its families."""

import importlib
import pkgutil

from sfund_sim.lab.other_names import OTHER_NAMES
from sfund_sim.lab.questions import Family

FAMILIES: dict[str, Family] = {}
"""The questions that the lab can answer, by family code and quantity."""

for _module in pkgutil.iter_modules(__path__):
    FAMILIES.update(importlib.import_module(f"{__name__}.{_module.name}").FAMILIES)

for _family, _names in OTHER_NAMES.items():
    FAMILIES[_family] = {**FAMILIES[_family], **{other: FAMILIES[_family][own] for other, own in _names.items()}}
