from . import (
    helpdesk_ticket_estimate,
    support_estimate,
    support_policy_estimate,
)
