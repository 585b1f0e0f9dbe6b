"""Documents for other systems."""
