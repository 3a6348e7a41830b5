"""What installing must do beyond loading data."""

WAITING_STAGE = "helpdesk_mgmt.helpdesk_ticket_stage_awaiting"


def post_init_hook(env):
    """Say that helpdesk_mgmt's own stage waits for the client, if it still exists."""
    stage = env.ref(WAITING_STAGE, raise_if_not_found=False)
    if stage:
        stage.support_waits_for_client = True
