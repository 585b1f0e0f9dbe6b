"""Following up, with consent, what became of people after a period."""
