from . import (
    support_priority,
    support_policy_priority,
    helpdesk_ticket_priority,
    helpdesk_ticket_priority_portal,
    support_product_quota,
    support_pack_quota,
    support_charge_quota,
    support_explanation_priority,
    support_pack_matrix,
    support_priority_offer,
    support_replay_quota,
    support_preset_priority,
)
