"""Where data rests: the raw archive, and versioned Parquet in Delta tables."""
