from . import helpdesk_ticket_priority
