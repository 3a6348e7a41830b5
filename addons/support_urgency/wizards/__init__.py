from . import (
    support_oncall_rotation,
    support_oncall_swap,
    support_urgency_cancel,
    support_urgency_evidence,
    support_priority_correction,
    support_timer_stop,
)
