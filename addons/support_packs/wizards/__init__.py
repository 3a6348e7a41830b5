from . import (
    support_charge_decision,
    support_charge_override,
    support_timer_stop,
)
