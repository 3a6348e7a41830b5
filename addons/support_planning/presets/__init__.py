"""The planning parts of the support models: plain data."""
