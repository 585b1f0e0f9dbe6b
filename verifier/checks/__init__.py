"""The checks, one question to a file; pure: what they need from outside comes as an argument."""
