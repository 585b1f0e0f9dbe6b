"""How participants come in, and what they do there: slips, sessions, taking a badge."""
