"""Tables: erased references and ends of keeping times."""
