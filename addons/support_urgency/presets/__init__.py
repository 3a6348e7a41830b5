"""What this add-on knows about the support models that can be loaded."""
