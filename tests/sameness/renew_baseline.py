"""Store the small runs of today as the baseline: run it when results change on purpose, and say so in the changelog.

python tests/sameness/renew_baseline.py
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

if __name__ == "__main__":
    from test_sameness import BASELINE, WORLDS, summary_of

    runs = {name: summary_of(name) for name in WORLDS}
    BASELINE.write_text(json.dumps(runs, indent=2) + "\n", encoding="utf-8")
