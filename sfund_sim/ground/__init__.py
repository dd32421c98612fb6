"""Floor 0: errors, calendar, chance, parts, diary, columns, money. It knows nothing of funds."""
