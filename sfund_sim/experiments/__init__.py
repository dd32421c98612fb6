"""Floor 6: replicate a scenario, keep what a run leaves, audit and replay it."""
