"""Services of coaching: participants with their permissions, periods and observations."""
