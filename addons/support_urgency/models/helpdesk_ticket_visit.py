from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import perks

INTERNAL = "base.group_user"
# What decides whether a visit is included, and what it costs.
VISIT_FIELDS = {"support_on_site", "support_visit_date"}
CLIENT_FIELDS = {"partner_id", "company_id", "team_id", "support_account_id"}
# What gives an included visit back, and takes it again.
RETURN_FIELDS = {"stage_id", "duplicate_id"}
WATCHED_FIELDS = VISIT_FIELDS | CLIENT_FIELDS | RETURN_FIELDS


class HelpdeskTicket(models.Model):
    """Tickets that are solved on the client's premises [004].

    One ticket is one visit. What was found in order stays so: it is looked at when the
    visit, its day or its client is set, never because a policy ends later. A visit that
    was given back, by cancelling or merging, is looked at anew when it is reopened.
    """

    _inherit = "helpdesk.ticket"

    support_on_site = fields.Boolean(
        string="On site",
        copy=False,
        tracking=True,
        groups=INTERNAL,
        help="Solved on the client's premises.",
    )
    support_visit_date = fields.Date(
        string="Day of the visit",
        copy=False,
        tracking=True,
        groups=INTERNAL,
        help="It counts in the month of this day.",
    )
    support_visit_quoted = fields.Boolean(
        string="Visit by quotation",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="Not one of the visits that the policy includes.",
    )
    support_visit_text = fields.Char(
        string="Included visits", compute="_compute_support_visit_text", groups=INTERNAL
    )

    _support_visit_index = models.Index(
        "(support_account_id, support_visit_date) WHERE support_on_site"
    )

    @api.depends("support_on_site", "support_visit_date", "support_account_id")
    @api.depends_context("lang")
    def _compute_support_visit_text(self):
        for ticket, ticket_sudo in zip(self, self.sudo(), strict=True):
            ticket.support_visit_text = (
                ticket_sudo._explain_support_visit()
                if ticket_sudo.support_on_site
                else False
            )

    @api.onchange("support_on_site")
    def _onchange_support_on_site(self):
        if self.support_on_site and not self.support_visit_date:
            self.support_visit_date = self._get_support_today()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        # sudo: whoever opens tickets may not read accounts and orders.
        tickets.sudo().filtered("support_on_site")._follow_support_visit()
        return tickets

    def write(self, vals):
        if not WATCHED_FIELDS & vals.keys():
            return super().write(vals)
        tickets = self.sudo()
        before = {ticket: ticket._get_support_visit() for ticket in tickets}
        given_back = tickets.filtered(lambda ticket: ticket._gave_visit_back())
        res = super().write(vals)
        changed = tickets.filtered(
            lambda ticket: ticket._get_support_visit() != before[ticket]
        )
        reopened = given_back.filtered(lambda ticket: not ticket._gave_visit_back())
        (changed | reopened)._follow_support_visit()
        return res

    # === BUSINESS METHODS === #

    def _get_support_today(self):
        self.ensure_one()
        company = self.company_id or self.env.company
        return company.sudo().support_local_date()

    def _get_support_visit(self):
        """Return what decides about the visit, as far as it stands on the ticket."""
        self.ensure_one()
        if not self.support_on_site:
            return None
        return self.support_visit_date, self.support_account_id

    def _gave_visit_back(self):
        """Whether it is an included visit that does not count any more."""
        self.ensure_one()
        return (
            self.support_on_site
            and not self.support_visit_quoted
            and (self.stage_id.support_outcome == "cancelled" or self.duplicate_id)
        )

    def _follow_support_visit(self):
        """Find the visits in order, or refuse them; a day is set where there is none.

        :raise ValidationError: says what the client lacks, and what to do
        """
        for ticket in self:
            if not ticket.support_on_site:
                ticket.write({"support_visit_date": False, "support_visit_quoted": 0})
                continue
            if not ticket.support_visit_date:
                ticket.support_visit_date = ticket._get_support_today()
            problem = ticket._get_support_visit_problem()
            if problem and not ticket._has_support_visit_order():
                message = f"{problem} {ticket._explain_visit_quotation()}"
                raise ValidationError(message)
            ticket.support_visit_quoted = bool(problem)

    def _get_support_visit_problem(self):
        """Return why the visit is not one that the policy includes, or nothing."""
        self.ensure_one()
        account, client = self.support_account_id, self._get_support_visitor()
        if account and not account.policy_id.limit_visits:
            return None
        included = self._count_included_visits()
        if not included:
            return self.env._(
                "On site: %(client)s has no support policy with visits in force on "
                "%(date)s.",
                client=client.display_name or self.env._("this contact"),
                date=self._format_support_visit_date(),
            )
        if not client.with_company(self.company_id).support_is_local:
            return self.env._(
                "On site: %(client)s is not marked as a local client.",
                client=client.display_name,
            )
        others = self._search_other_visits()
        if len(others) >= included:
            return self.env._(
                "On site: the policy of %(client)s includes %(count)s a month, and "
                "there is already %(tickets)s.",
                client=client.display_name,
                count=included,
                tickets=", ".join(others.mapped("number")),
            )
        return None

    def _explain_visit_quotation(self):
        return self.env._(
            "This visit needs a quotation: make one from the sales orders of the "
            "ticket, and choose “On site” again when the client has confirmed it."
        )

    def _get_support_visitor(self):
        """Return the client whom we visit: a commercial entity."""
        self.ensure_one()
        return self.support_account_id.partner_id or (
            self.partner_id.commercial_partner_id
        )

    def _count_included_visits(self):
        """Return how many visits the client has in the month of the visit."""
        self.ensure_one()
        packs = self.support_account_id.pack_ids
        return perks.visits_a_month(
            [pack._get_perk_policy() for pack in packs], self.support_visit_date
        )

    def _search_other_visits(self):
        """Return the included visits of the same client and month, without this one.

        Takes the row of the account: of two that set the last visit at once, the
        second is retried and finds the first.
        """
        self.ensure_one()
        first, last = perks.month_of(self.support_visit_date)
        self.env.flush_all()
        self.support_account_id._touch_waiting()
        return self.with_context(active_test=False).search(
            [
                ("support_account_id", "=", self.support_account_id.id),
                ("support_on_site", "=", True),
                ("support_visit_quoted", "=", False),
                ("support_visit_date", ">=", first),
                ("support_visit_date", "<=", last),
                ("stage_id.support_outcome", "!=", "cancelled"),
                ("duplicate_id", "=", False),
                ("id", "!=", self.id),
            ],
            order="support_visit_date, id",
        )

    def _has_support_visit_order(self):
        """Whether the client confirmed a quotation that was made on the ticket."""
        self.ensure_one()
        client = self._get_support_visitor()
        return any(
            order.state == "sale"
            and order.company_id == self.company_id
            and order.partner_id.commercial_partner_id == client
            for order in self.sale_order_ids
        )

    def _explain_support_visit(self):
        """Say whether the visit is an included one, and of how many."""
        self.ensure_one()
        if self.support_visit_quoted:
            return self.env._("By quotation")
        if not self.support_visit_date:
            return ""
        included = self._count_included_visits()
        if not included:
            return ""
        if included == 1:
            return self.env._("The visit of the month that the policy includes")
        return self.env._(
            "One of the %(count)s visits a month that the policy includes",
            count=included,
        )

    def _format_support_visit_date(self):
        return self.env["support.explanation"].format_day(self.support_visit_date)

    # === PORTAL === #

    def _get_support_portal_values(self):
        values = super()._get_support_portal_values()
        if values:
            ticket = self.sudo()
            values["visit"] = (
                ticket.support_on_site
                and ticket.support_visit_date
                and ticket._format_support_visit_date()
            )
        return values
