"""What analysts own, as YAML (tables, functions, networks, indicators, profiles), and its loader."""
