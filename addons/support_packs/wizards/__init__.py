from . import (
    support_charge_decision,
    support_charge_override,
    support_pack_extension_wizard,
    support_timer_stop,
)
