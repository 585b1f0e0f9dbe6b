"""Erasing people, and the ends of keeping times."""
