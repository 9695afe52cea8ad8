"""Launch tokens, sessions and the shopper's context."""
