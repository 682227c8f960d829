"""Errors of the data: what was read contradicts what was declared, and the run must stop."""

from __future__ import annotations


class DataError(Exception):
    """Figures or codes that cannot be used as they are; the message names table, code and remedy."""
