"""Extension rules: one file a rule; adding a file adds a rule."""

from sfund_sim.funds.extension.family import ExtensionRule
from sfund_sim.ground.parts import import_beside

__all__ = ["ExtensionRule"]

import_beside(__name__, list(__path__))
