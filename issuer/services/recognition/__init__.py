"""Cases at a school and their decisions."""
