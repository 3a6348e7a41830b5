"""Which stages wait for the client is asked by support_packs itself now."""

from odoo.tools.sql import column_exists


def migrate(cr, version):
    """Let helpdesk_mgmt's own stage wait, where nobody could say so before.

    Where support_urgency was installed the column is there: what was chosen, stays.
    """
    if not version or column_exists(
        cr, "helpdesk_ticket_stage", "support_waits_for_client"
    ):
        return
    cr.execute(
        """
        ALTER TABLE helpdesk_ticket_stage
          ADD COLUMN support_waits_for_client boolean
        """
    )
    cr.execute(
        """
        UPDATE helpdesk_ticket_stage
           SET support_waits_for_client = TRUE
         WHERE id IN (SELECT res_id
                        FROM ir_model_data
                       WHERE module = 'helpdesk_mgmt'
                         AND name = 'helpdesk_ticket_stage_awaiting')
        """
    )
