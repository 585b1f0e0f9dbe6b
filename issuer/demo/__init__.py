"""The demo catalogue: facts and our own words, for trials."""
