"""Pages of schools: screens F1 to F6."""
