"""Tables: small signed codes."""
