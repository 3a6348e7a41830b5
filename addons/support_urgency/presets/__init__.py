"""What urgency, quotas, targets and perks add to the support models, as plain data."""
