"""How long things take, as ratios to doing nothing: ``make bench``."""
