"""Checks of what is made, and of what others have published."""
