"""Text encoder, mood and keywords."""
