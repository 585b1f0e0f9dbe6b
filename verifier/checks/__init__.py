"""One question each; checks report, policy weighs."""
