"""Directed disclosure 定向披露: whom the venue shows a holding to, one file a rule."""

from sfund_sim.ground.parts import import_beside
from sfund_sim.venue.disclosure.family import DisclosureRule

__all__ = ["DisclosureRule"]

import_beside(__name__, __path__)
