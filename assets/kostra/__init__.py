"""Tidy facts per municipality and year."""
