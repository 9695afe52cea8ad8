"""Events for merchants, signed and delivered at least once."""
