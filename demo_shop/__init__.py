"""A shop of its own that embeds Scenebank by nothing but its public contract."""
