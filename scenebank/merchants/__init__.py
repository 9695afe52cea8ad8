"""Shops: their keys, origins and markets."""
