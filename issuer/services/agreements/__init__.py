"""Self-assessment, the coach's view, and what both agree on, requirement by requirement."""
