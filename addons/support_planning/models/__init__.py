from . import (
    helpdesk_ticket_estimate,
    support_estimate,
    support_policy_estimate,
    support_plan_team,
    support_plan_policy,
    helpdesk_ticket_queue,
)
