"""What SSB has revised: cell by cell between the stored editions, and what it moved."""
