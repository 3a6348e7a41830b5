from odoo import api, fields, models

from odoo.addons.support_packs import const

# Packs whose slots are of interest: those that can be used, now or later.
SHOWN_STATES = ("pending", "active", "suspended", "exhausted")
TEMPLATE = "support_urgency.quota_matrix"


class SupportPack(models.Model):
    """The matrix of priorities: granted, used, left. For staff and for the client."""

    _inherit = "support.pack"

    quota_matrix = fields.Html(
        string="Tickets per priority",
        compute="_compute_quota_matrix",
        sanitize=False,
        groups=const.SALES_READERS,
    )

    @api.depends("quota_ids.used", "quota_ids.granted", "balance")
    @api.depends_context("lang")
    def _compute_quota_matrix(self):
        for pack in self:
            rows = pack._get_quota_rows()
            pack.quota_matrix = bool(rows) and self.env["ir.qweb"]._render(
                TEMPLATE, {"rows": rows}
            )

    def _get_quota_rows(self):
        """Return what packs hold of each priority, the gravest one first.

        :return: list of dicts: ``code``, ``name``, ``granted``, ``used``, ``left``;
            packs of a policy with the same code share a row
        """
        # sudo: who may read a pack may read what its slots are called.
        quotas = self.sudo().quota_ids
        order = list(self.env["support.priority"]._get_table())
        rows = {}
        for quota in quotas.sorted(lambda one: order.index(one.priority_id.id)):
            code = quota.priority_id._get_code()
            row = rows.setdefault(
                code,
                {
                    "code": code,
                    "name": quota.priority_id.name,
                    "granted": 0,
                    "used": 0,
                    "left": 0,
                },
            )
            for name in ("granted", "used", "left"):
                row[name] += quota[name]
        return list(rows.values())


class SupportAccount(models.Model):
    _inherit = "support.account"

    quota_ids = fields.One2many(
        "support.pack.quota", "account_id", string="Quotas", groups=const.SALES_READERS
    )
    quota_matrix = fields.Html(
        string="Tickets per priority",
        compute="_compute_quota_matrix",
        sanitize=False,
        groups=const.SALES_READERS,
    )

    @api.depends("quota_ids.used", "quota_ids.granted", "pack_ids.balance")
    @api.depends_context("lang")
    def _compute_quota_matrix(self):
        for account in self:
            packs = account._get_matrix_packs()
            account.quota_matrix = bool(packs) and self.env["ir.qweb"]._render(
                "support_urgency.account_quota_matrix",
                {"packs": packs, "total": packs._get_quota_rows()},
            )

    def _get_matrix_packs(self):
        """Return the packs with quotas that can be used, now or later; sudo."""
        self.ensure_one()
        # sudo: as with the rows of a pack.
        return self.sudo().pack_ids.filtered(
            lambda pack: pack.state in SHOWN_STATES and pack.quota_ids
        )
