"""Reconciliation of a published report: its figures against computed ones, the report against itself."""
