from odoo import api, fields, models
from odoo.exceptions import ValidationError

INTERNAL = "base.group_user"


class HelpdeskTicket(models.Model):
    """The priority of a ticket, one of its policy's; the stars follow it."""

    _inherit = "helpdesk.ticket"

    support_priority_id = fields.Many2one(
        "support.priority",
        string="Support priority",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        tracking=True,
        groups=INTERNAL,
        domain="[('policy_id', '=', support_policy_id)]",
    )
    support_priority_code = fields.Char(
        string="Priority code", related="support_priority_id.code", groups=INTERNAL
    )
    support_priority_by_client = fields.Boolean(
        string="Chosen by the client",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="Then a correction needs a reason, which the client reads.",
    )
    support_priority_reason = fields.Char(
        string="Reason of the correction",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="Why the priority is not the one that the client chose. The client reads "
        "it.",
    )
    support_has_priorities = fields.Boolean(
        compute="_compute_support_has_priorities", groups=INTERNAL
    )

    @api.depends("support_policy_id")
    def _compute_support_has_priorities(self):
        priorities = self.env["support.priority"]
        for ticket in self:
            policy = ticket.support_policy_id._origin
            ticket.support_has_priorities = bool(
                policy and priorities._get_codes(policy.id)
            )

    @api.constrains("support_priority_id")
    def _check_support_priority(self):
        for ticket in self.sudo():
            priority = ticket.support_priority_id
            policy = ticket.support_account_id.policy_id
            if not priority or priority._get_policy_id() == policy.id:
                continue
            if policy:
                raise ValidationError(
                    self.env._(
                        "Support priority: “%(priority)s” does not belong to the "
                        "policy “%(policy)s” of the client.",
                        priority=priority.display_name,
                        policy=policy.name,
                    )
                )
            if priority.company_id != ticket.company_id:
                raise ValidationError(
                    self.env._(
                        "Support priority: “%(priority)s” belongs to another company "
                        "than the ticket.",
                        priority=priority.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets._follow_support_priority()
        return tickets

    def write(self, vals):
        corrected = self._get_support_corrected(vals)
        res = super().write(vals)
        if "support_priority_id" in vals:
            for ticket in self.sudo():
                ticket._set_default_support_priority()
        if {"support_priority_id", "priority"} & vals.keys():
            self._follow_support_priority()
        if "support_priority_id" in vals:
            self._on_support_priority_changed()
            self._converge_support_charge(written=True)
        for ticket, before in corrected.items():
            ticket._tell_support_priority(before, vals["support_priority_reason"])
        return res

    # === ACTION METHODS === #

    def action_support_correct_priority(self):
        """Let staff choose another priority, with the reason that the client reads."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_urgency.support_priority_correction_action"
        )
        action["context"] = {"default_ticket_id": self.id}
        return action

    # === BUSINESS METHODS === #

    def _set_default_support_type(self):
        res = super()._set_default_support_type()
        self._set_default_support_priority()
        return res

    def _set_default_support_priority(self):
        """Give the ticket a priority of its policy, if the policy has any.

        The one with the same code as the priority of the policy before, else the
        policy's default: nobody's ticket stays without one.
        """
        self.ensure_one()
        policy = self.support_account_id.policy_id
        priority = self.support_priority_id
        if not policy or priority._get_policy_id() == policy.id:
            return
        same = priority._find_by_code(policy.id, priority._get_code())
        chosen = same or policy._get_default_priority()
        if chosen != priority:
            values = {"support_priority_id": chosen.id}
            if chosen:
                values["priority"] = chosen._get_stars()
            self.with_context(mail_notrack=True)._write_support_priority(values)
            self._on_support_priority_changed()

    def _write_support_priority(self, values):
        """Write past our own write: nobody corrected anything, nobody is told."""
        # pylint: disable=super-method-mismatch
        return super().write(values)

    def _on_support_priority_changed(self):
        """Follow the priority of these tickets, whoever set it. For other parts."""

    def _get_support_priority(self):
        """Return the priority by which the ticket draws: its own, else the default."""
        self.ensure_one()
        own = self.support_priority_id._origin
        return own or self.support_account_id.policy_id._get_default_priority()

    def _follow_support_priority(self):
        """Have the stars of the helpdesk follow the priority, never the other way."""
        # sudo: nothing but the stars follows, whoever changed what.
        for ticket in self.sudo():
            if not ticket.support_priority_id:
                continue
            stars = ticket.support_priority_id._get_stars()
            if ticket.priority != stars:
                ticket._write_support_priority({"priority": stars})

    # === CORRECTIONS === #

    def _get_support_corrected(self, vals):
        """Return the tickets whose priority these values correct, with what it was.

        :raise ValidationError: when the client chose it and no reason is given
        """
        if "support_priority_id" not in vals:
            return {}
        # Before anything is said about the tickets.
        self.check_access("write")
        reason = (vals.get("support_priority_reason") or "").strip()
        # sudo: what the client chose is not for everybody who may write.
        changed = self.sudo().filtered(
            lambda ticket: (
                ticket.support_priority_id.id != (vals["support_priority_id"] or False)
            )
        )
        chosen = changed.filtered("support_priority_by_client")
        if chosen and not reason and not self.env.su:
            raise ValidationError(
                self.env._(
                    "Reason of the correction: the client chose the priority of "
                    "%(number)s. Say why it is another one; the client reads it.",
                    number=chosen[0].number,
                )
            )
        if not reason:
            return {}
        return {
            ticket.with_env(self.env): ticket.support_priority_id.sudo(False)
            for ticket in changed
        }

    def _correct_support_priority(self, priority, reason):
        """Change the priority, and tell the client why."""
        self.ensure_one()
        self.check_access("write")
        reason = (reason or "").strip()
        if not reason:
            raise ValidationError(
                self.env._("Reason of the correction: say why; the client reads it.")
            )
        # sudo: the reason is written with the priority, and in no other way.
        self.sudo().write(
            {"support_priority_id": priority.id, "support_priority_reason": reason}
        )
