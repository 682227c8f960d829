"""Municipalities and KOSTRA groups from KLASS, dated."""
