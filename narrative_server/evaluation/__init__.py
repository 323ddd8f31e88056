"""Figures: what is measured, and how it is told."""
