"""What the pages of a class say, in English and Chinese."""

from __future__ import annotations

import csv
import json
from functools import cache
from importlib import resources

import numpy as np

from sfund_sim.classroom.dealing import Stakes
from sfund_sim.ground.errors import Language
from sfund_sim.investors.bidding.information import UniformError, Wallet
from sfund_sim.investors.laws import Lognormal, Uniform
from sfund_sim.investors.laws.exponential import Exponential


@cache
def page_words(language: Language) -> dict[str, str]:
    """All words by their key."""
    text = resources.files("sfund_sim.classroom").joinpath("words.csv").read_text("utf-8")
    return {row["key"]: row[language] for row in csv.DictReader(text.splitlines())}


def words_script(language: Language, **more: str) -> str:
    """A script that hands the words to the pages."""
    words = json.dumps({**page_words(language), **more}, ensure_ascii=False)
    return f'"use strict";\nconst W = {words};\n'


def stakes_in_words(stakes: Stakes, language: Language) -> str:
    """How values or signals are drawn, in one sentence."""
    words, law, information = page_words(language), stakes.law, stakes.information
    if isinstance(information, Wallet):
        return words["stakes_wallet"]
    if isinstance(information, UniformError):
        return words["stakes_uniform_error"].format(error=f"{information.half_width:g}")
    if information is not None:
        return words["stakes_common"].format(kind=information.kind)
    if isinstance(law, Uniform):
        return words["stakes_uniform"].format(low=f"{law.lowest:g}", high=f"{law.highest:g}")
    if isinstance(law, Exponential):
        return words["stakes_exponential"].format(mean=f"{law.mean:g}")
    if isinstance(law, Lognormal):
        median, low, high = (f"{value:.3g}" for value in law.quantile(np.array([0.5, 0.05, 0.95])))
        return words["stakes_lognormal"].format(median=median, low=low, high=high)
    return words["stakes_other"].format(kind=law.kind)
