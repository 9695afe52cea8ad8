"""Durable work: the only room that knows the engine."""
