"""Floor 3: what a run is, as data: population, rules, dated changes, horizon."""
