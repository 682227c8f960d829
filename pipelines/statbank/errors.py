"""What can go wrong between this program and the StatBank, as exceptions a caller can tell apart."""


class StatbankError(Exception):
    """Base of every error raised by the StatBank client."""


class BodyError(StatbankError):
    """An answer that arrived whole but is not a JSON-stat 2 dataset that can be believed."""
