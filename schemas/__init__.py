"""What the documents look like. Pure; imports nothing of ours."""
