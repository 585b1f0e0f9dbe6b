"""The only home of SQLAlchemy and Alembic."""
