"""Tables: messages to people."""
