"""Connections, tables, migrations."""
