from odoo import fields, models

from ..engine import expiry


class SupportOpeningBalance(models.Model):
    """What the pack of an imported row is, and what stands in its ledger."""

    _inherit = "support.opening.balance"

    def _prepare_pack(self, account):
        """Return the values of the pack, as it stands on the day of the import."""
        self.ensure_one()
        kind, months = self._get_terms()
        return {
            "name": self.name or self._get_pack_name(),
            "account_id": account.id,
            "company_id": self.company_id.id,
            "unit": account.policy_id.unit,
            "product_id": self.product_id.id,
            "granted": self.granted,
            "date_start": self.date_start,
            "date_end": self.date_end
            or expiry.expiry_date(kind, months, self.date_start),
            "expiry_kind": kind,
            # What is computed later from a date that was given needs whole months.
            "expiry_months": max(months, 1) if kind != "none" else 0,
            "currency_id": self.currency_id.id,
            "amount": self.amount,
        }

    def _get_pack_name(self):
        self.ensure_one()
        number = self.env["ir.sequence"].sudo().next_by_code("support.pack")
        # The client reads it.
        product = self.product_id.with_context(
            lang=self.partner_id.lang or self.env.lang
        )
        if product:
            return f"{product.name} #{number}"
        return self.env._("Imported pack #%s", number)

    def _post_opening(self, pack):
        """Post what was granted and what was used, and let what is over expire.

        Not :meth:`support.pack._activate`: nothing is sold today.
        """
        self.ensure_one()
        zone = self.company_id.support_tz
        pack._set_state("active")
        pack._post(
            self.granted,
            "grant",
            date=expiry.start_of_day_utc(self.date_start, zone),
        )
        used = self.granted - self.remaining
        if used:
            pack._post(
                -used,
                "adjustment",
                date=self._get_used_moment(pack),
                steps=[["used_before", {"units": used}]],
            )
        if pack.balance and pack._is_over():
            pack._expire()

    def _get_used_moment(self, pack):
        """Return when what was used is booked: now, but within the validity."""
        now = fields.Datetime.now()
        if not pack.date_end:
            return now
        return min(
            now, expiry.end_of_day_utc(pack.date_end, self.company_id.support_tz)
        )


class SupportPack(models.Model):
    _inherit = "support.pack"

    opening_balance_ids = fields.One2many(
        "support.opening.balance",
        "pack_id",
        groups="helpdesk_mgmt.group_helpdesk_manager",
        help="The row by which the pack was imported; empty for packs sold here.",
    )

    def _is_imported(self):
        """Whether the pack was sold before the suite was here: no sale of today."""
        self.ensure_one()
        return bool(self.sudo().opening_balance_ids)


class SupportExplanation(models.AbstractModel):
    _inherit = "support.explanation"

    def _explain_used_before(self, values, unit):
        return self.env._("Used before the import")
