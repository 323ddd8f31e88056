"""Adapts a causal language model to story beats with LoRA. Serving never imports this package."""
