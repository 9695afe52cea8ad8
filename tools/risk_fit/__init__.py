"""Fits a scorecard to outcomes, offline, and writes it as the document everything else reads."""
