from . import (
    support_urgency,
    helpdesk_ticket_priority,
)
