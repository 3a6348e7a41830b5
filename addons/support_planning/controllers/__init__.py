from . import (
    support_estimate,
    support_plan,
)
