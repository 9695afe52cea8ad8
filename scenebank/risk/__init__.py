"""Joint risk control: lawful merchant signals, and scorecards as data. The bank decides; what we add is bounded."""
