"""Tables: badges from elsewhere, own words, hidden badges."""
