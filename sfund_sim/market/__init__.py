"""Floor 4: the living model. Here, and only here, the world changes."""
