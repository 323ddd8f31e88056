"""The model catalogue and the packaged weights."""
