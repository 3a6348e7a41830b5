from odoo import api, fields, models


class SaleOrder(models.Model):
    """The conditions of the packs on an order, and whether the client accepted them.

    Who signs or pays on the page of the quotation accepts what is shown there. Staff
    who confirm an order accept nothing for the client.
    """

    _inherit = "sale.order"

    support_terms_status = fields.Selection(
        [("none", "No terms"), ("missing", "Not accepted"), ("accepted", "Accepted")],
        compute="_compute_support_terms_status",
    )
    support_terms_text = fields.Char(
        string="Support terms",
        compute="_compute_support_terms_status",
        help="Which conditions of support the client accepted with this order.",
    )

    @api.depends("order_line.product_id", "company_id")
    @api.depends_context("lang")
    def _compute_support_terms_status(self):
        for order in self:
            accepted = order._get_support_acceptances()
            missing = order._get_support_terms_to_accept()
            parts = [order._describe_support_acceptance(one) for one in accepted]
            parts += [
                self.env._("%(terms)s: not accepted yet", terms=terms.display_name)
                for terms in missing
            ]
            order.support_terms_text = "; ".join(parts)
            order.support_terms_status = (
                (missing and "missing") or (accepted and "accepted") or "none"
            )

    def _describe_support_acceptance(self, acceptance):
        """Return who accepted which version when, in words."""
        day = self.env["support.explanation"].format_moment_day(
            acceptance.date, acceptance.company_id
        )
        return self.env._(
            "%(terms)s: accepted by %(name)s on %(day)s",
            terms=acceptance.terms_id.display_name,
            name=acceptance.signed_name,
            day=day,
        )

    def action_view_support_acceptances(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_terms_acceptance_action"
        )
        action["domain"] = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    def _get_support_policies(self):
        """Return the policies of the packs on the order (sudo)."""
        # sudo: clients read their orders, but not the products on them.
        order = self.sudo()
        lines = order.order_line.filtered(lambda line: not line.display_type)
        packs = lines.product_id.filtered("support_is_pack")
        if not packs:
            return packs.support_policy_id
        account = self.env["support.account"]._find(order.partner_id, order.company_id)
        policies = account.policy_id or packs.support_policy_id
        return policies.filtered(lambda policy: policy.company_id == order.company_id)

    def _get_support_terms(self):
        """Return the versions in force of the terms that hold for the order (sudo)."""
        return self._get_support_policies()._get_terms()

    def _get_support_acceptances(self):
        """Return what was accepted with the order (sudo)."""
        self.ensure_one()
        return self.env["support.terms.acceptance"]._search_of(
            self._origin or self, "purchase"
        )

    def _get_support_terms_to_accept(self):
        """Return what whoever signs or pays has to accept (sudo).

        What was accepted once with the order is accepted, whatever versions follow:
        nobody is asked twice between signing and paying.
        """
        self.ensure_one()
        terms = self._get_support_terms()
        if not terms:
            return terms
        accepted = self._get_support_acceptances().terms_id.origin_id
        return terms.filtered(lambda one: one.origin_id not in accepted)

    def _get_support_terms_to_show(self):
        """Return what the page of the order shows: accepted versions, and the others.

        :return: support.terms (sudo)
        """
        self.ensure_one()
        accepted = self._get_support_acceptances().terms_id
        return accepted | self._get_support_terms_to_accept()

    def _is_support_client(self, user):
        """Whether a user may accept terms for the order's client: staff may not."""
        self.ensure_one()
        own = self.sudo().partner_id.commercial_partner_id
        return (
            not user._is_internal()
            or user.sudo().partner_id.commercial_partner_id == own
        )

    def _get_support_terms_problem(self, stamps):
        """Return why the order cannot be signed or paid with what the page showed.

        :param stamps: what the form carries, anything
        :return: sentence, or nothing
        """
        self.ensure_one()
        if not self._is_support_client(self.env.user):
            return None
        terms = self._get_support_terms_to_accept()
        if not terms or terms._get_stamps() == stamps:
            return None
        return self.env._(
            "The support terms have changed since you opened this page. Reload it, "
            "read them and try again."
        )

    def _accept_support_terms(self, name=None):
        """Store that who acts accepts the terms that the order still needs.

        Staff who open the client's page accept nothing.

        :param name: as the client signed
        """
        self.ensure_one()
        acceptances = self.env["support.terms.acceptance"]
        terms = self._get_support_terms_to_accept()
        if not terms or not self._is_support_client(self.env.user):
            return acceptances
        return acceptances._accept(
            terms, self.partner_id, "purchase", record=self, name=name
        )
