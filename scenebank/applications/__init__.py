"""Applications: states, consents, and the durable way to the bank and back."""
