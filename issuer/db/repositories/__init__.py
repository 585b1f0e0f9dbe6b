"""Every query of the issuer."""
