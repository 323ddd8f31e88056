"""Narrative Server: story beats for games, generated on the game maker's own machine."""

__version__ = "0.1.0"
