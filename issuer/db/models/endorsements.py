"""Tables: endorsements of learning environments."""
