"""Sound-effect generator, vocoder, synthesiser and data."""
