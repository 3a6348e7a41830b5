from . import support_priority_correction
