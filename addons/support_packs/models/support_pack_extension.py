from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .. import const

# A later year is a slip of the keyboard, and cannot be moved to UTC.
LAST_YEAR = 2999


class SupportPackExtension(models.Model):
    """That a manager made a pack good for longer, until when, and why.

    Written by :meth:`support.pack._extend` only; nothing about it changes.
    """

    _name = "support.pack.extension"
    _description = "Support Pack Extension"
    _order = "id desc"
    _rec_name = "reason"
    _allow_sudo_commands = False

    pack_id = fields.Many2one(
        "support.pack", required=True, index=True, ondelete="restrict", readonly=True
    )
    account_id = fields.Many2one(
        "support.account", required=True, index=True, ondelete="restrict", readonly=True
    )
    company_id = fields.Many2one(related="pack_id.company_id", store=True)
    date_old = fields.Date(string="Was good until", required=True, readonly=True)
    date_new = fields.Date(string="Extended to", required=True, readonly=True)
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="By", required=True, ondelete="restrict", readonly=True
    )
    date = fields.Datetime(string="On", required=True, readonly=True)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self._get_refusal())

    def unlink(self):  # pylint: disable=method-required-super
        raise UserError(self._get_refusal())  # pylint: disable=no-raise-unlink

    @api.model
    def _get_refusal(self):
        return self.env._("An extension is kept as it was made. Extend the pack again.")


class SupportPack(models.Model):
    _inherit = "support.pack"

    extension_ids = fields.One2many(
        "support.pack.extension", "pack_id", readonly=True, groups=const.HOLD_READERS
    )

    def action_extend(self):
        """Open the wizard that extends the pack."""
        self.ensure_one()
        self._check_may_extend()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Extend the validity"),
            "res_model": "support.pack.extension.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_pack_id": self.id},
        }

    def _check_may_extend(self):
        self.check_access("read")
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager"):
            raise AccessError(self.env._("Only support managers extend packs."))

    def _get_extension_problem(self, day, reason):
        """Return why the pack cannot be extended to a day, in words, or nothing."""
        self.ensure_one()
        if not self.date_end:
            return self.env._("%(pack)s has no end to extend.", pack=self.name)
        if self.state not in ("active", "suspended", "exhausted", "expired"):
            labels = dict(self._fields["state"]._description_selection(self.env))
            return self.env._(
                "%(pack)s is “%(state)s”: it cannot be extended.",
                pack=self.name,
                state=labels[self.state],
            )
        if not reason or not reason.strip():
            return self.env._("Reason: say why the pack is extended.")
        if not day or day.year > LAST_YEAR:
            return self.env._("New last day: choose a date.")
        format_day = self.env["support.explanation"].format_day
        if day <= self.date_end:
            return self.env._(
                "New last day: it has to be after the present one, %(date)s.",
                date=format_day(self.date_end),
            )
        if day < self.company_id.support_local_date():
            return self.env._(
                "New last day: on %(date)s the pack would be over already.",
                date=format_day(day),
            )
        return None

    def _extend(self, day, reason):
        """Make the pack good through a later day; one that had expired comes back.

        :param day: the new last day, in the support time zone
        :raise ValidationError: when it cannot be extended so, naming the field
        """
        self.ensure_one()
        problem = self._get_extension_problem(day, reason)
        if problem:
            raise ValidationError(problem)
        # sudo: managers write neither packs nor extensions, but by this verb.
        pack = self.sudo()
        old = pack.date_end
        pack.env["support.pack.extension"].create(
            {
                "pack_id": pack.id,
                "account_id": pack.account_id.id,
                "date_old": old,
                "date_new": day,
                "reason": reason.strip(),
                "user_id": self.env.uid,
                "date": fields.Datetime.now(),
            }
        )
        pack.date_end = day
        if pack.state == "expired":
            pack._bring_back(day)
        format_day = self.env["support.explanation"].format_day
        pack.account_id.message_post(
            body=self.env._(
                "%(pack)s extended from %(old)s to %(new)s: %(reason)s",
                pack=pack.name,
                old=format_day(old),
                new=format_day(day),
                reason=reason.strip(),
            ),
            author_id=self.env.user.partner_id.id,
        )

    def _bring_back(self, day):
        """Post back what had expired. The only way out of the state ``expired``."""
        self.ensure_one()
        expired = -sum(
            self.env["support.ledger.entry"]
            .search(
                [
                    ("pack_id", "=", self.id),
                    ("entry_type", "in", ("expiry", "adjustment")),
                ]
            )
            .filtered(
                lambda entry: (
                    entry.entry_type == "expiry"
                    or "extended" in dict(entry.steps or ())
                )
            )
            .mapped("quantity")
        )
        # Not through the table of states: nothing else may follow this way. A pack
        # that is used up becomes active by itself when something comes back.
        self.state = "exhausted"
        if expired > 0:
            self._post(
                expired,
                "adjustment",
                date=fields.Datetime.now(),
                steps=[
                    ["extended", {"year": day.year, "month": day.month, "day": day.day}]
                ],
            )
            self.account_id._settle_waiting_charges()
