"""Which set of market rules is in force, to be kept with whatever was shown under it."""

RULE_SET_VERSION = "0"
