"""Adding and checking proofs; a proof takes a `sign` callable and never sees a private key."""
