"""Protocol adapters for machines."""
