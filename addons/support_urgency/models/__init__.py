from . import (
    support_priority,
    support_policy_priority,
    helpdesk_ticket_priority,
    support_urgency_consent,
    helpdesk_ticket_urgency,
    support_urgency_policy,
    helpdesk_ticket_urgency_offer,
    helpdesk_ticket_urgency_client,
    helpdesk_ticket_urgency_staff,
    support_urgency_news,
    support_urgency_link,
    support_preset_urgency,
)
