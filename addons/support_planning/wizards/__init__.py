from . import (
    support_estimate_evidence,
    support_estimate_withdraw,
    support_plan_change,
)
