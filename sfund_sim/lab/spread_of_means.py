"""Beside every mean of what an experiment measures: the variance and the standard deviation of the same column."""

from __future__ import annotations

from sfund_sim.lab.questions import Family, MeanOf, Question, Simulated, deviation_of, variance_of
from sfund_sim.lab.wording import without_remarks, words

MEANS = ("mean ", "winner profit")
"""How a quantity's name begins that is the mean of a column; the first word is not its own."""
SPREADS = {"variance": variance_of, "standard deviation": deviation_of}


def with_spreads(family: Family) -> Family:
    """The family's questions, and the spreads for which it has no question of the same words yet."""
    asked: dict[str, Question] = dict(family)
    known = {words(without_remarks(name)) for name in family}
    for name, question in family.items():
        if not isinstance(question, Simulated) or not isinstance(question.estimate, MeanOf) or question.is_proportion:
            continue
        if not name.startswith(MEANS):
            continue
        for spread, of in SPREADS.items():
            own = f"{spread} of {name.removeprefix('mean ')}"
            if words(without_remarks(own)) not in known:
                known.add(words(without_remarks(own)))
                asked[own] = Simulated(question.parameters, question.world, of(question.estimate.column))
    return asked
