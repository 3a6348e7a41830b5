from . import (
    account_move_reversal,
    base_partner_merge,
    support_charge_decision,
    support_charge_invoice,
    support_charge_override,
    support_pack_extension_wizard,
    support_timer_stop,
)
