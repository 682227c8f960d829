"""What must be true: fields, contracts and catalogue models."""
