from . import support_urgency_cancel, support_urgency_evidence
