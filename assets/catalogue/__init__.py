"""What analysts own: tables, functions, networks, indicators and profiles as YAML, and the loader that checks them."""
