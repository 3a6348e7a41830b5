from . import helpdesk_myaccount, helpdesk_ticket, portal
