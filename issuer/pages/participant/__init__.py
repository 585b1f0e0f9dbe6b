"""Pages of participants: screens C1 to C10 and the share pages."""
