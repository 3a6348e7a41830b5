"""The stories that the demo tells of this add-on."""
