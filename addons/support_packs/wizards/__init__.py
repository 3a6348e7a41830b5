from . import (
    base_partner_merge,
    support_charge_decision,
    support_charge_override,
    support_pack_extension_wizard,
    support_preset_wizard,
    support_timer_stop,
)
