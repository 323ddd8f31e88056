"""`narrative-server evaluate dialogue`: answers to the held-out beats, and what they are worth."""
