"""Floor 5: what the runs say, as numbers: tables, measures, survival, comparison, audit. No simulation, no files."""
