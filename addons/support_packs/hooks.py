"""What installing and uninstalling must do beyond loading data."""

from .models.support_ledger_entry import LEDGER_GUARD_FUNCTION

STAGE_OUTCOMES = {
    "helpdesk_mgmt.helpdesk_ticket_stage_done": "solved",
    "helpdesk_mgmt.helpdesk_ticket_stage_cancelled": "cancelled",
    "helpdesk_mgmt.helpdesk_ticket_stage_rejected": "cancelled",
}
WAITING_STAGE = "helpdesk_mgmt.helpdesk_ticket_stage_awaiting"


def post_init_hook(env):
    """Say what helpdesk_mgmt's own stages mean, where they still exist."""
    for xmlid, outcome in STAGE_OUTCOMES.items():
        stage = env.ref(xmlid, raise_if_not_found=False)
        if stage and not stage.support_outcome:
            stage.support_outcome = outcome
    stage = env.ref(WAITING_STAGE, raise_if_not_found=False)
    if stage:
        stage.support_waits_for_client = True


def uninstall_hook(env):
    """Odoo drops our tables, and with them the triggers, but not the function."""
    env.cr.execute(f"DROP FUNCTION IF EXISTS {LEDGER_GUARD_FUNCTION}() CASCADE")
