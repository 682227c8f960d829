"""Tables as SSB serves them."""
