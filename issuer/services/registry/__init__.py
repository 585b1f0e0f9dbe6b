"""The registry: who stands on our trust list, who decides that, and lists of other installations."""
