"""What alembic runs for each of its commands. The connection and the models are handed in by `app.db.migrating`."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import text
from sqlmodel.sql.sqltypes import AutoString

WAIT_FOR_ANOTHER = "10min"


def render(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Migrations know SQLAlchemy alone: they must run years from now, whatever SQLModel calls its types by then."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    if kind == "primary_key" and (beside := item.dialect_options["postgresql"]["include"]):
        # Alembic forgets what the key's index has beside the key.
        keys = ", ".join(repr(column.name) for column in item.columns)
        return f"sa.PrimaryKeyConstraint({keys}, name={str(item.name)!r}, postgresql_include={list(beside)!r})"
    return False


def leave_out_empty(_: Any, __: Any, directives: list[Any]) -> None:
    """No revision is written where nothing differs."""
    if directives and directives[0].upgrade_ops.is_empty():
        directives.clear()


def migrate() -> None:
    given = context.config.attributes
    connection = given["connection"]
    context.configure(
        connection=connection,
        target_metadata=given.get("metadata"),
        compare_server_default=True,
        render_item=render,
        process_revision_directives=leave_out_empty,
    )
    with context.begin_transaction():
        connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_FOR_ANOTHER}'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({given['turn']})"))
        connection.execute(text(f"SET LOCAL lock_timeout = '{int(given.get('lock_timeout', 5) * 1000)}ms'"))
        context.run_migrations()


migrate()
