"""Services about the people who work for an institution."""
