"""What is made: pure functions from tables to tables, and the thin Dagster assets over them."""
