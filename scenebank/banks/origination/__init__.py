"""Adapter for the DSB origination shape."""
