"""Dialogue engines, prompts and the line grammar."""
