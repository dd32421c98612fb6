"""Mark models: one file a model; adding a file adds a model."""

from sfund_sim.funds.marks.family import MarkModel
from sfund_sim.ground.parts import import_beside

__all__ = ["MarkModel"]

import_beside(__name__, list(__path__))
