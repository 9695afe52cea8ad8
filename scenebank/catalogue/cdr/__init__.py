"""Import of product data as Australian banks must publish it (Consumer Data Right, product reference data)."""
