"""Pages of administrators: screens A1 to A3 and G1 to G6."""
