"""Floor prices 底价: below what no bid counts, round by round, and when a lower floor needs approval; one file a rule.

A new rule is one new file here: a subclass of ``FloorRule`` with a ``kind`` and a ``floor``.
"""

from sfund_sim.ground.parts import import_beside
from sfund_sim.venue.floors.appraisal import AppraisalFloor
from sfund_sim.venue.floors.family import FloorRule
from sfund_sim.venue.floors.fixed import FixedFloor
from sfund_sim.venue.floors.reservation import ReservationFloor

__all__ = ["AppraisalFloor", "FixedFloor", "FloorRule", "ReservationFloor"]

import_beside(__name__, __path__)
