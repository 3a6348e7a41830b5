from . import (
    support_estimate_evidence,
    support_estimate_withdraw,
    support_plan_change,
    support_plan_make_room,
)
