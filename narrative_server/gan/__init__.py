"""What the image and sound GANs share: losses, EMA, training loop, conditioning."""
