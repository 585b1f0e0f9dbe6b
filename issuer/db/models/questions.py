"""Tables: questions of schools to providers, and their answers."""
