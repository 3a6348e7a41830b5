from . import (
    support_oncall_rotation,
    support_oncall_swap,
)
