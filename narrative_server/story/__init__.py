"""Sessions and their store, the director, the beat player, timeline and staging."""
