"""Brings a database to the newest schema; several processes may start at once, one of them does the work."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from issuer.db.engine import is_sqlite, writing_engine

_SCRIPTS = Path(__file__).with_name("migrations")
_LOCK = 715_516  # any number, the same for all processes


def configuration(url: str) -> Config:
    """Alembic's configuration for a database; used by `upgrade`, and by tests for going down and for `check`."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Migrate to the newest schema in one transaction; does nothing, quickly, when it is there already."""
    config = configuration(url)
    head = ScriptDirectory.from_config(config).get_current_head()
    engine = writing_engine(url)
    try:
        with engine.begin() as connection:
            if not is_sqlite(url):
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            if MigrationContext.configure(connection).get_current_revision() == head:
                return
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()
