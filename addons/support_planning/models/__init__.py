from . import (
    support_plan_team,
    support_plan_policy,
    helpdesk_ticket_queue,
)
