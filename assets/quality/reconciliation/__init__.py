"""Reconciliation of a published report: each figure against the computed ones, and the report against itself."""
