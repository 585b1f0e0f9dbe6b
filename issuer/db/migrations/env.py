"""Alembic's entry: runs migrations on the connection it is given, or on one of its own."""

from alembic import context
from sqlalchemy import Connection

from issuer.db.engine import writing_engine
from issuer.db.models import Base


def run(connection: Connection) -> None:
    """Run within the transaction of `connection`."""
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, transactional_ddl=False
    )
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = writing_engine(context.config.attributes["url"])
    with engine.begin() as own:
        run(own)
    engine.dispose()
