from . import support_urgency
from . import helpdesk_ticket_priority
