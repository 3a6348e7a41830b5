"""What the support models gain with this add-on, as plain data."""
