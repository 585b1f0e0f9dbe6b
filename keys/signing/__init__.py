"""The private half: sealed key files, the key ring and the signer. The verifier never imports it."""
