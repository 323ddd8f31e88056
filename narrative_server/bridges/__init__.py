"""Bridges to writers' tools: beats as Yarn Spinner and ink files, and their lines back as training data. No models."""
