"""Handing badges to wallet applications."""
