"""Sprite and background generators, their data and pixel-art finishing."""
