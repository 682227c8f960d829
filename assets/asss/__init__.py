"""Indicators by the declared algebra, and network aggregates."""
