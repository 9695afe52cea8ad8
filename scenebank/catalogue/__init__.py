"""Products of banks, their versions, and what is live."""
