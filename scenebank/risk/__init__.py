"""Lawful merchant signals: a closed schema, dropped without consent."""
