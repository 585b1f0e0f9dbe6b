"""What participants keep: their badges, words and files."""
