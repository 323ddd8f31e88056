"""Evaluation of sounds."""
