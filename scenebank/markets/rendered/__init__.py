"""A rendered document as the rules look at it: what it says, asks and leads to, and how prominent its prices are."""
