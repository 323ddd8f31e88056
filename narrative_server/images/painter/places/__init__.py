"""One painter a kind of place, gathered by name."""
