"""Releases: a report year frozen with its figures, its inputs and the proof that they are unchanged."""
