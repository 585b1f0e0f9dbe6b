"""Tables: what became of people after a period."""
