"""Pages of coaches and their supervisors: screens B1 to B24."""
