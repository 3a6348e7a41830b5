from . import (
    support_priority,
    support_policy_priority,
    helpdesk_ticket_priority,
    helpdesk_ticket_target_response,
    support_urgency_consent,
    helpdesk_ticket_urgency,
    support_oncall_people,
    support_oncall_leave,
    support_oncall_shift,
    helpdesk_ticket_oncall,
    helpdesk_ticket_oncall_news,
)
