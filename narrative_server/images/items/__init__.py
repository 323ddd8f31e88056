"""A procedural painter of 32x32 pixel-art items, for training: what games ask for and the tiles lack."""
