"""What this add-on knows about the support models that can be loaded."""
"""What urgency, quotas, targets and perks add to the support models, as plain data."""
"""What the support models gain with this add-on, as plain data."""
