"""Encodings of public keys, proofs (public half) and signing (private half)."""
