from . import (
    support_estimate,
    support_estimate_order,
)
