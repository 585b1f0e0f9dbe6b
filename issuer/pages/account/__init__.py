"""Pages about somebody's own account."""
