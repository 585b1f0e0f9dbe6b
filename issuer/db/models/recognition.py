"""Tables: cases at a school."""
