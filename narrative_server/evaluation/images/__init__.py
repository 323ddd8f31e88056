"""Figures of sprites and backgrounds: how well they fit their words, how real, varied and new they are."""
