"""Training of the shared embedding: pairs of captions and pictures, the loss, the loop, the figures."""
