"""Does this badge hold?"""
