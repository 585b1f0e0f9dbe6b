"""Pages on cooperation agreements and trust levels: screen G1, for schools and for who signs badges."""
