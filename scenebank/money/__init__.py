"""Money, rates, schedules and annual rates. Pure; no float anywhere."""
