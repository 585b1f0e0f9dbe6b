"""The institution's service: awards badges, hands them over, records what a school recognised."""
