from odoo import api, models
from odoo.exceptions import UserError


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_support_author(self):
        """Who wrote in the ledger, or worked, cannot be forgotten; archive them.

        The database would refuse it too, in words that nobody understands. Clients
        write no entries: their users can be deleted.
        """
        # sudo: who manages users may read neither ledger nor work.
        entries = self.env["support.ledger.entry"].sudo()
        works = self.env["support.work"].sudo()
        for user in self:
            wrote = entries.search_count(
                ["|", ("create_uid", "=", user.id), ("write_uid", "=", user.id)],
                limit=1,
            )
            if wrote or works.search_count([("user_id", "=", user.id)], limit=1):
                raise UserError(
                    self.env._(
                        "%(user)s has logged work, or made entries in the support "
                        "ledger, that the accounts of clients need. Archive the user "
                        "instead.",
                        user=user.name,
                    )
                )
