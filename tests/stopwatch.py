"""How long something takes, as far as the machine's other work lets one see."""

from __future__ import annotations

import time
from collections.abc import Callable


def seconds(deed: Callable[[], object], *, times: int = 3) -> float:
    """Processor time of the quickest of several runs: what the work costs when the machine does nothing else."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        deed()
        taken.append(time.process_time() - began)
    return min(taken)
