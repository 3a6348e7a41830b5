"""What planning reckons with, in plain Python: integers in, integers out."""
