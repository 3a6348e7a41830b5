from . import (
    support_oncall_rotation,
    support_oncall_swap,
)
from . import support_urgency_cancel, support_urgency_evidence
from . import support_priority_correction
