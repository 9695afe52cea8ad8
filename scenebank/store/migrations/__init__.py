"""Versions of the tables, applied by :mod:`scenebank.store.migrate`."""
