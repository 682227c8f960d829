"""What the focal municipality publishes."""
