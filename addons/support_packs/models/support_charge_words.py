from odoo import api, fields, models


class SupportCharge(models.Model):
    """A charge in words: for the back office, and for the client who pays it."""

    _inherit = "support.charge"

    explanation = fields.Char(compute="_compute_texts")
    quantity_text = fields.Char(string="Charged", compute="_compute_texts")
    covered_text = fields.Char(compute="_compute_texts")
    uncovered_text = fields.Char(compute="_compute_texts")

    @api.depends("steps", "quantity", "covered", "uncovered", "unit")
    @api.depends_context("lang")
    def _compute_texts(self):
        explanation = self.env["support.explanation"]
        for charge in self:
            charge.explanation = explanation.explain(
                charge.steps, charge.unit, charge.quantity
            )
            for name in ("quantity", "covered", "uncovered"):
                charge[f"{name}_text"] = explanation.format_quantity(
                    charge[name], charge.unit
                )

    def _get_portal_packs(self):
        """Return the packs that pay the charge: dicts, ``name`` and ``quantity``.

        What was given back is taken off; packs that pay nothing any more are left out.
        """
        words = self.env["support.explanation"]
        rows = self.env["support.ledger.entry"]._read_group(
            [("charge_id", "in", self.ids), ("entry_type", "in", ("usage", "return"))],
            ["pack_id"],
            ["quantity:sum"],
            order="pack_id",
        )
        return [
            {
                "name": words.explain_source(pack),
                "quantity": words.format_quantity(-quantity, pack.unit),
            }
            for pack, quantity in rows
            if quantity
        ]

    def _explain_to_client(self):
        """Return why the charge is what it is: never just the same number again."""
        if self.is_overridden and self.quantity == self.override_quantity:
            return self.env._(
                "%(steps)s. Reason: %(reason)s",
                steps=self.explanation,
                reason=self.override_reason,
            )
        if self.quantity and self.explanation == self.quantity_text:
            return self.env._("each minute of work counts as one")
        return self.explanation

    def _explain_uncovered(self):
        """Say to the client what becomes of what no pack covers; empty if all is."""
        if not self.uncovered:
            return ""
        quantity = self.uncovered_text
        if self.state == "to_invoice":
            return self.env._(
                "Not covered by your packs: %s. To be invoiced.", quantity
            )
        if self.state == "invoiced":
            return self.env._("Not covered by your packs: %s. Invoiced.", quantity)
        if self.state == "credited":
            return self.env._(
                "Not covered by your packs: %s. Invoiced and credited.", quantity
            )
        if self.state == "waived" and self.decision_reason:
            return self.env._(
                "Not covered by your packs: %(quantity)s. Nothing to pay: %(reason)s",
                quantity=quantity,
                reason=self.decision_reason,
            )
        if self.state == "waived":
            return self.env._(
                "Not covered by your packs: %s. Nothing to pay.", quantity
            )
        if not self._get_settling():
            return self.env._(
                "Not covered by your packs: %s. It waits for your decision.", quantity
            )
        return self.env._(
            "Not covered by your packs: %s. It waits for your next pack.", quantity
        )
