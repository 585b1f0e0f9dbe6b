"""Many badges at once: a table is read, mended, looked at by a second person, and issued row by row."""
