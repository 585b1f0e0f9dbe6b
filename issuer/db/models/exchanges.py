"""Tables: exchanges with wallet applications."""
