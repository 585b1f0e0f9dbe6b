"""Rules of the house: pure, without keys, database or framework."""
