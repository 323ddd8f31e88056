"""Training of the vocoder (never imported by serving)."""
