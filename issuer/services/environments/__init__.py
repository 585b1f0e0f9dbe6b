"""Learning environments: sites, tasks, the matrix, recognition and published reports."""
