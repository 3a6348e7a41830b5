from . import (
    support_estimate,
    support_plan,
    support_estimate_order,
)
