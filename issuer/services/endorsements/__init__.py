"""Endorsements of learning environments: made by a school, ended by it, shown to everybody."""
