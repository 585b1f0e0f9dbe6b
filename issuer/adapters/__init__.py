"""Outside services, one file each, with their bounds as arguments."""
