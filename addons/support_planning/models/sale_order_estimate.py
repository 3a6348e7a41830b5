from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from .. import const

# What follows from the estimate, and from who pays.
SEALED = {
    "partner_id",
    "company_id",
    "pricelist_id",
    "currency_id",
    "fiscal_position_id",
}
SIGNATURE = {"signature", "signed_by", "signed_on"}


class SaleOrder(models.Model):
    """The quotation of an estimate: the client signs or pays it, and so accepts.

    It holds one line, which the work on the ticket is billed on: see the line.
    """

    _inherit = "sale.order"

    support_estimate_id = fields.Many2one(
        "support.estimate",
        string="Estimate",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
        help="What the client accepts with this quotation.",
    )

    def _compute_is_expired(self):
        """The last day ends where the support is, not in Greenwich."""
        res = super()._compute_is_expired()
        for order in self:
            estimate = order.sudo().support_estimate_id
            if estimate and order.state in ("draft", "sent"):
                order.is_expired = estimate._is_over()
        return res

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            vals.get("support_estimate_id") for vals in vals_list
        ):
            raise AccessError(self._get_support_sealed_text("support_estimate_id"))
        return super().create(vals_list)

    def write(self, vals):
        self._check_support_estimate_vals(vals)
        res = super().write(vals)
        if vals.get("state") == "cancel":
            for order in self.sudo().filtered("support_estimate_id"):
                order.support_estimate_id._follow_cancelled_order(order)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft_or_cancel(self):
        # First core: it asks whether the reader may know of these orders at all.
        res = super()._unlink_except_draft_or_cancel()
        for order in self.sudo().filtered("support_estimate_id"):
            raise UserError(
                self.env._(
                    "Order %s belongs to an estimate that the client was sent. Cancel "
                    "it instead of deleting it.",
                    order.name,
                )
            )
        return res

    def _check_support_estimate_vals(self, vals):
        """What was sent to the client is not changed: neither who pays, nor in what.

        And nobody of the staff signs for a client, by no way.
        """
        if vals.get("state") == "sale":
            # As the button asks: no import and no call confirms what that refuses.
            for order in self.filtered(lambda one: one.state != "sale"):
                problem = (
                    order.sudo().support_estimate_id
                    and order._confirmation_error_message()
                )
                if problem:
                    raise UserError(problem)
        concerned = (SEALED | SIGNATURE | {"support_estimate_id"}) & vals.keys()
        if not concerned:
            return
        if "support_estimate_id" in concerned and not self.env.su:
            raise AccessError(self._get_support_sealed_text("support_estimate_id"))
        for order in self.sudo().filtered("support_estimate_id"):
            for name in sorted(SEALED & concerned):
                if order[name].id != (vals[name] or False):
                    raise UserError(self._get_support_sealed_text(name))
            if not self.env.su and any(vals.get(name) for name in SIGNATURE):
                raise AccessError(self._get_support_client_only_text())

    @api.model
    def _get_support_sealed_text(self, name):
        return self.env._(
            "%(field)s: it follows from the estimate that the client was sent. Send a "
            "new version of that instead.",
            field=self._fields[name]._description_string(self.env),
        )

    @api.model
    def _get_support_client_only_text(self):
        return self.env._(
            "This quotation belongs to an estimate: only the client accepts it, by "
            "signing or paying. If it accepted in writing, record its message on the "
            "estimate; that confirms the quotation."
        )

    # === ACCEPTING === #

    def _get_support_problem(self):
        """Return why it cannot be confirmed, signed or paid; or False."""
        problem = super()._get_support_problem()
        # sudo: clients read their orders, but not estimates.
        estimate = self.sudo().support_estimate_id
        if problem or not estimate or self.state == "sale":
            return problem
        if self.state == "cancel":
            # No money is taken for it, either: by no page, and by no link.
            return estimate._get_accept_problem() or self.env._(
                "This estimate cannot be accepted any more."
            )
        if estimate.state in const.IN_FORCE and estimate.order_id.id == self.id:
            return False
        return estimate._get_accept_problem() or False

    def _confirmation_error_message(self):
        """Staff confirms nothing for a client who neither signed nor paid."""
        return super()._confirmation_error_message() or (
            not self._is_support_accepted() and self._get_support_client_only_text()
        )

    def _is_support_accepted(self):
        """Whether the client accepted what the quotation is of."""
        self.ensure_one()
        order = self.sudo()
        return bool(
            not order.support_estimate_id
            or order.signature
            or order.support_estimate_id.state in const.IN_FORCE
            or (order.amount_paid > 0 and order._is_confirmation_amount_reached())
        )

    def _action_confirm(self):
        res = super()._action_confirm()
        # sudo: who signs has no right to the estimate, but to this quotation of it.
        for order in self.sudo().filtered("support_estimate_id"):
            order.support_estimate_id._accept_by_order(order)
        return res

    def _get_support_acceptor(self):
        """Return who accepted by signing or paying: contact, user (or none), words."""
        self.ensure_one()
        # Core signs as the superuser: who acts is who asked for the page.
        user = request.env.user if request else self.env.user
        client = self.partner_id.commercial_partner_id
        known = (
            user.share
            and not user._is_public()
            and user.partner_id.sudo().commercial_partner_id == client
        )
        user = user.sudo() if known else user.browse()
        contact = user.partner_id or self.partner_id
        if self.signature:
            text = self.env._(
                "Quotation %(order)s signed as “%(name)s” on %(date)s (UTC).",
                order=self.name,
                name=self.signed_by or "",
                date=fields.Datetime.to_string(self.signed_on),
            )
            return contact, user, text
        paid = self.transaction_ids.filtered(
            lambda one: one.state in ("authorized", "done")
        )
        payer = paid.partner_id.filtered(
            lambda one: one.commercial_partner_id == client
        )
        text = self.env._(
            "Quotation %(order)s paid: %(amount)s, %(payments)s.",
            order=self.name,
            amount=self.currency_id.format(self.amount_paid),
            payments=", ".join(paid.mapped("reference")),
        )
        return user.partner_id or payer[:1] or contact, user, text

    def _get_support_signer_problem(self):
        """Return why whoever asks for the page may not sign or decline; or nothing."""
        self.ensure_one()
        if not self.sudo().support_estimate_id:
            return None
        if self._is_support_client(self.env.user):
            return None
        return self._get_support_client_only_text()

    def _decline_support_estimate(self, reason):
        """Reject the estimate with the reason given on the page of the quotation.

        :param reason: what was typed, anything
        :return: what is wrong, in words; or None
        """
        self.ensure_one()
        order = self.sudo()
        contact = order._get_support_acceptor()[0]
        problem = order.support_estimate_id._reject(reason, contact)
        if not problem:
            order.message_post(
                author_id=contact.id,
                body=order.support_estimate_id.reject_reason,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        return problem

    def _get_support_policies(self):
        """Who accepts an estimate by its quotation accepts the same conditions."""
        policies = super()._get_support_policies()
        return policies | self.sudo().support_estimate_id.account_id.policy_id

    # === IN WORDS === #

    def _describe_support_quotation(self):
        """Return number, amount and state of the quotation, as colleagues read it."""
        self.ensure_one()
        kinds = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "%(order)s, %(total)s with taxes: %(state)s",
            order=self.name,
            total=self.currency_id.with_env(self.env).format(self.amount_total),
            state=kinds[self.state],
        )
