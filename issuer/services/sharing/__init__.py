"""Links that participants make, narrow and stop, and what they show."""
