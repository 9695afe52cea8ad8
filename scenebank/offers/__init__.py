"""Which products fit a scene, priced for it and ranked by what they cost the shopper."""
