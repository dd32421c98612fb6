"""Outcomes of a sweep that were asked for and have no number, and why: a table without their rows says nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd


def gaps(outcomes: Sequence[str], summary: pd.DataFrame, effects: pd.DataFrame, combinations: int) -> Iterator[str]:
    """A sentence for each outcome that has no level at any point, or no difference in some of the combinations.

    ``combinations`` of levers are those that are compared with the first one; 0 where nothing is compared.
    """
    measured = set(summary.loc[summary["estimate"].notna(), "outcome"])
    compared = effects[effects["difference"].notna()].groupby("outcome", sort=False)["policy_id"].nunique()
    for outcome in outcomes:
        lacking = combinations - int(compared.get(outcome, 0))
        if outcome not in measured:
            yield f"{outcome}: left out, for in no run is there anything to measure"
        elif lacking:
            yield (
                f"{outcome}: no difference from the first combination of levers in {lacking} of {combinations} others, "
                "for no replication has it in both; what there is of it is in summary.csv"
            )
