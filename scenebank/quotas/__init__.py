"""How much anybody may ask for: counted in memory, or in Redis for all processes together."""
