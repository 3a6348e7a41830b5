from . import support_urgency
