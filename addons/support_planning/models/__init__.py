from . import (
    support_estimate,
    support_policy_estimate,
    helpdesk_ticket_estimate,
    support_estimate_offer,
    support_estimate_act,
    support_estimate_link,
    support_estimate_news,
    support_estimate_written,
    support_estimate_report,
    helpdesk_ticket_estimate_work,
    helpdesk_ticket_estimate_staff,
    helpdesk_ticket_estimate_portal,
)
