"""Several beats decoded together by one transformers model."""
