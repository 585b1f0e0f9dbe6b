"""From agreed results to a badge: drafts, the participant's yes, the second pair of eyes, corrections."""
