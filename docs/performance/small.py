"""How long one replication of a small market takes inside Python: ``python docs/performance/small.py``."""

from __future__ import annotations

import time
import warnings

from sfund_sim.market.simulate import simulate
from sfund_sim.scenario.layers import load_scenario

SCENARIOS, RUNS = ("case_central_soe", "case_guidance_fund", "beijing_pilot"), 5


def seconds(name: str) -> float:
    """Processor time of one replication, the least of some runs after a first one."""
    scenario, taken = load_scenario(f"scenarios/{name}.yaml").scenario, []
    for _ in range(1 + RUNS):
        began = time.process_time()
        simulate(scenario, 1, 1)
        taken.append(time.process_time() - began)
    return min(taken[1:])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for each in SCENARIOS:
        print(f"{each}: {1000 * seconds(each):.0f} ms")
