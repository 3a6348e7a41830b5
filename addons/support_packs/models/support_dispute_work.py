from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .support_case import MOST_TEXT, clean_text, take_row
from .support_dispute import READERS, UNFINISHED


class SupportWork(models.Model):
    """A work entry that its client may dispute."""

    _inherit = "support.work"

    dispute_ids = fields.One2many(
        "support.dispute", "work_id", groups=READERS, readonly=True
    )
    disputed = fields.Boolean(
        compute="_compute_disputed",
        search="_search_disputed",
        help="The client does not agree with the entry, and that is not decided.",
    )

    @api.depends("dispute_ids.state", "dispute_ids.insisted_at")
    def _compute_disputed(self):
        # sudo: whether it is disputed is no secret from who may see the entry.
        disputes = self.env["support.dispute"].sudo()
        found = disputes.search([("work_id", "in", self._origin.ids)])
        works = found.filtered("is_to_decide").work_id
        for work in self:
            work.disputed = work._origin in works

    @api.model
    def _search_disputed(self, operator, value):
        if operator != "in":
            return NotImplemented
        disputes = self.env["support.dispute"].sudo()
        ids = disputes.search([("is_to_decide", "=", True)]).work_id.ids
        return Domain.OR(
            Domain("id", "in" if wanted else "not in", ids) for wanted in set(value)
        )

    # === CRUD METHODS === #

    def write(self, vals):
        if "ticket_id" in vals:
            self._check_not_disputed(
                lambda work: work.ticket_id.id != vals["ticket_id"]
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_disputed(self):
        self._check_not_disputed()

    def _check_not_disputed(self, condition=None):
        """The client reads what became of what was disputed: it stays where it is."""
        # sudo: who deletes may not read disputes.
        for work in self.sudo().filtered(condition or "id"):
            if work.dispute_ids:
                raise UserError(
                    self.env._(
                        "“%(work)s” was disputed by the client, who reads what becomes "
                        "of it: it can neither be deleted nor moved. Make it not "
                        "billable instead.",
                        work=work.name,
                    )
                )

    # === THE CLIENT === #

    def _get_dispute_problem(self):
        """Return why the entry cannot be disputed, in words, or nothing."""
        self.ensure_one()
        account = self.account_id
        if not account.policy_id.allow_disputes:
            return self.env._("Work entries cannot be disputed here. Please ask us.")
        if account.service_ended_at:
            return self.env._("The service has been settled.")
        if not self.is_counted:
            return self.env._("This work is not charged.")
        if self.dispute_ids.filtered(lambda dispute: dispute.state in UNFINISHED):
            return self.env._("This work entry is disputed already.")
        return None

    def _dispute(self, reason):
        """Open a dispute in the name of the present user, who may do so.

        A second click at the same time finds the first one's dispute.

        :param reason: what the client typed, anything
        :return: the dispute, as superuser
        :raise UserError: in words, naming the field where it is one
        """
        self.ensure_one()
        reason = clean_text(reason)
        if not reason:
            raise UserError(
                self.env._("Reason: please say what is not right with this work.")
            )
        if len(reason) > MOST_TEXT:
            raise UserError(
                self.env._("Reason: at most %(most)s characters.", most=MOST_TEXT)
            )
        # sudo: clients write neither works nor disputes.
        work = self.sudo()
        take_row(work)
        problem = work._get_dispute_problem()
        if problem:
            raise UserError(problem)
        # The superuser's context: the client does not follow what is talked about.
        disputes = self.env["support.dispute"].sudo()
        dispute = disputes.with_context(
            mail_create_nosubscribe=True, mail_create_nolog=True
        ).create(
            {
                "work_id": work.id,
                "charge_id": work.ticket_id.support_charge_id.id,
                "account_id": work.account_id.id,
                "partner_id": self.env.user.partner_id.id,
                "date": fields.Datetime.now(),
                "minutes": work.minutes,
                "reason": reason,
            }
        )
        dispute._add_step("opened", reason)
        dispute._tell_opened()
        return dispute


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    support_dispute_ids = fields.One2many(
        "support.dispute", "ticket_id", groups=READERS, readonly=True
    )
    support_dispute_count = fields.Integer(
        string="Disputes", compute="_compute_support_dispute_count", groups=READERS
    )

    @api.depends("support_dispute_ids")
    def _compute_support_dispute_count(self):
        rows = self.env["support.dispute"]._read_group(
            [("ticket_id", "in", self._origin.ids)], ["ticket_id"], ["__count"]
        )
        counts = {ticket.id: count for ticket, count in rows}
        for ticket in self:
            ticket.support_dispute_count = counts.get(ticket._origin.id, 0)

    def action_view_support_disputes(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_dispute_action"
        )
        action["domain"] = [("ticket_id", "=", self.id)]
        action["context"] = {}
        return action
