from . import (
    base_partner_merge,
    support_charge_decision,
    support_charge_invoice,
    support_charge_override,
    support_dispute_decision,
    support_hold_override_wizard,
    support_pack_extension_wizard,
    support_preset_wizard,
    support_refund_wizards,
    support_statement_export,
    support_timer_stop,
    support_work_approval,
)
