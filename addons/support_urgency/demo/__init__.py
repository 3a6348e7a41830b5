"""The story that the demo tells of this add-on."""
