"""``make threats``: takes each defence of docs/security.md away in turn, in a throw-away copy, and expects a test of
its row to fail. The product has no switch for it."""
