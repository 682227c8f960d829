"""Client for PxWebApi v2, the API of SSB's StatBank: every known trap closed before a figure is believed."""
