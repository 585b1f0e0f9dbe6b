"""Counting, hiding and releasing figures."""
