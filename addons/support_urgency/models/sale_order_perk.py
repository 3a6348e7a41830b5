from odoo import SUPERUSER_ID, api, fields, models

# What of an order decides which policy is in force on it.
DECIDING_FIELDS = {"partner_id", "company_id", "date_order"}
# Only what is not sold yet follows.
OPEN_STATES = ("draft", "sent")


class SaleOrder(models.Model):
    """Which support policy of the client is in force on the day of the order [004]."""

    _inherit = "sale.order"

    support_perk_pack_id = fields.Many2one(
        "support.pack",
        string="Support policy in force",
        compute="_compute_support_perk_pack_id",
        compute_sudo=True,
        help="Of the client's policies in force on the date of the order, the one with "
        "the largest discount on catalogue services.",
    )
    support_perk_text = fields.Char(
        string="Discount of the policy",
        compute="_compute_support_perk_text",
        compute_sudo=True,
    )
    support_perk_warning = fields.Char(
        string="Policy no longer in force",
        compute="_compute_support_perk_text",
        compute_sudo=True,
    )

    @api.depends("partner_id", "company_id", "date_order")
    def _compute_support_perk_pack_id(self):
        """One query for all orders; packs that change say so: ``_forget_perks``."""
        clients = self.partner_id.commercial_partner_id._origin
        packs = self.env["support.pack"]._search_with_perks(clients, self.company_id)
        for order in self:
            if not order._may_see_support_perk():
                order.support_perk_pack_id = False
                continue
            order.support_perk_pack_id = packs._get_best_discount(
                order.partner_id.commercial_partner_id._origin,
                order.company_id._origin,
                order._get_support_perk_day(),
            )

    def _may_see_support_perk(self):
        """Whether the reader works in the order's company.

        A form that is not saved yet may name any; clients read their own orders only.
        """
        self.ensure_one()
        user = self.env.user
        everywhere = user.share or user.id == SUPERUSER_ID or not self.company_id
        return everywhere or self.company_id._origin in user.company_ids

    @api.depends("support_perk_pack_id", "order_line.support_perk_pack_id", "state")
    @api.depends_context("lang")
    def _compute_support_perk_text(self):
        for order in self:
            pack = order.support_perk_pack_id
            order.support_perk_text = (
                order._explain_support_perk(pack) if pack else False
            )
            order.support_perk_warning = order._explain_support_perk_over()

    def _explain_support_perk(self, pack):
        """Say which policy gives how much, until when."""
        if not pack.date_end:
            return self.env._(
                "%(percent)s %% off catalogue services: %(policy)s.",
                percent=pack.service_discount,
                policy=pack.name,
            )
        return self.env._(
            "%(percent)s %% off catalogue services: %(policy)s, in force until "
            "%(date)s.",
            percent=pack.service_discount,
            policy=pack.name,
            date=self.env["support.explanation"].format_day(pack.date_end),
        )

    def _explain_support_perk_over(self):
        """Say that a quotation gives a discount whose policy has ended meanwhile."""
        self.ensure_one()
        if self.state not in OPEN_STATES:
            return False
        over = self.order_line.support_perk_pack_id.filtered(
            lambda pack: not pack._is_policy_in_force()
        )[:1]
        if not over:
            return False
        return self.env._(
            "%(policy)s, whose discount this quotation gives, is not in force today. "
            "What was quoted stands; to quote anew, set the quotation date to today.",
            policy=over.name,
        )

    def _get_support_perk_day(self):
        """Return the date of the order in the support time zone of its company."""
        self.ensure_one()
        return self.company_id.support_local_date(self.date_order)

    # === FOLLOWING === #

    @api.onchange("partner_id", "company_id", "date_order")
    def _onchange_support_perk(self):
        if self.state in OPEN_STATES:
            self.order_line._follow_support_perk()

    def write(self, vals):
        """Another client or day: the discount of a policy follows, on quotations.

        Odoo leaves prices alone then and offers to update them. A discount that is for
        clients with a policy only may not stay with one who has none.
        """
        if not DECIDING_FIELDS & vals.keys():
            return super().write(vals)
        before = {line: line._get_support_discounts() for line in self.order_line}
        res = super().write(vals)
        for line in self.filtered(lambda order: order.state in OPEN_STATES).order_line:
            # What this very write brings is already of the new client: a form's.
            line._follow_support_perk(
                adapt=before.get(line) == line._get_support_discounts()
            )
        return res

    def copy(self, default=None):
        """A duplicate is of today, and may be for another client."""
        orders = super().copy(default)
        orders.order_line._follow_support_perk()
        return orders

    def _recompute_prices(self):
        """Update prices: what was typed goes, as Odoo's own does."""
        lines = self._get_update_prices_lines()
        lines._forget_support_discount()
        return super()._recompute_prices()
