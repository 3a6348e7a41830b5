from . import (
    support_priority,
    support_policy_priority,
    helpdesk_ticket_priority,
    helpdesk_ticket_target_response,
)
