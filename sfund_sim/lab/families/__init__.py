"""Adapters from cases to experiments, one file a group of families; adding a file adds its families and questions."""

import importlib
import pkgutil

from sfund_sim.lab.other_names import OTHER_NAMES
from sfund_sim.lab.questions import Family
from sfund_sim.lab.spread_of_means import with_spreads

FAMILIES: dict[str, Family] = {}
"""The questions that the lab can answer, by family code and quantity."""

for _module in pkgutil.iter_modules(__path__):
    for _code, _questions in importlib.import_module(f"{__name__}.{_module.name}").FAMILIES.items():
        FAMILIES[_code] = {**FAMILIES.get(_code, {}), **_questions}
FAMILIES |= {_code: with_spreads(_questions) for _code, _questions in FAMILIES.items()}
for _code, _names in OTHER_NAMES.items():
    FAMILIES[_code] = {**FAMILIES[_code], **{other: FAMILIES[_code][own] for other, own in _names.items()}}
