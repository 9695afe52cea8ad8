"""Run by alembic: on the connection it is handed, inside one transaction."""

from alembic import context

from scenebank.store.tables import metadata

# The work's own tables are the engine's; on SQLite they stand in the same file.
OURS = frozenset(metadata.tables)


def _ours(_object: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
    return kind != "table" or not reflected or name in OURS


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=_ours,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
