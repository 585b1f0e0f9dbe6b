"""Agreements, trust and endorsements."""
