"""Tables: agreements, trust levels, endorsements."""
