from odoo import api, fields, models


class SupportCharge(models.Model):
    """What was invoiced, in words: for technicians, and for the client who pays."""

    _inherit = "support.charge"

    invoice_text = fields.Char(
        string="Invoices",
        compute="_compute_invoice_text",
        help="Invoices and credit notes of the charge; drafts have no number yet.",
    )
    due_text = fields.Char(
        string="Still to invoice",
        compute="_compute_due_text",
        help="Negative: to be given back with the client's next invoice.",
    )
    billed_text = fields.Char(compute="_compute_due_text")

    @api.depends("invoice_line_ids.parent_state")
    @api.depends_context("lang")
    def _compute_invoice_text(self):
        moves = self._get_client_moves()
        for charge in self:
            names = [
                move.name if move.state == "posted" else self.env._("draft")
                for move in moves[charge]
            ]
            charge.invoice_text = ", ".join(names)

    @api.depends("due", "billed", "unit")
    @api.depends_context("lang")
    def _compute_due_text(self):
        words = self.env["support.explanation"]
        for charge in self:
            charge.due_text = words.format_quantity(charge.due, charge.unit)
            charge.billed_text = words.format_quantity(charge.billed, charge.unit)

    def _explain_due(self):
        """Return what is to be invoiced of these charges, in words: list of texts."""
        words = self.env["support.explanation"]
        totals = {}
        for charge in self.filtered(lambda charge: charge._bills_units()):
            totals[charge.unit] = totals.get(charge.unit, 0) + charge.due
        return [words.format_quantity(total, unit) for unit, total in totals.items()]

    def _get_client_moves(self):
        """Return the invoices of each charge, oldest first, without cancelled ones.

        With the rights of the superuser: technicians and clients read of them what the
        methods here say.

        :return: ``{charge: account.move}``
        """
        found = dict.fromkeys(self, self.env["account.move"].sudo())
        concerned = self.ids
        if not concerned:
            return found
        lines = self.env["account.move.line"].sudo()
        rows = lines._read_group(
            [("support_charge_id", "in", concerned), ("parent_state", "!=", "cancel")],
            ["support_charge_id"],
            ["move_id:recordset"],
        )
        for charge, moves in rows:
            found[charge.with_env(self.env)] = moves.sorted("id")
        return found

    def _explain_uncovered(self):
        """Say which part of it is invoiced, where that is not all or nothing."""
        text = super()._explain_uncovered()
        if not self.billed:
            return text
        posted = self._get_client_moves()[self].filtered(
            lambda move: move.state == "posted"
        )
        names = {
            "quantity": self.uncovered_text,
            "billed": self.billed_text,
            "due": self.env["support.explanation"].format_quantity(
                abs(self.due), self.unit
            ),
        }
        if self.due < 0:
            return self.env._(
                "Not covered by your packs: %(quantity)s. Invoiced: %(billed)s, of "
                "which %(due)s will be credited to you.",
                **names,
            )
        if self.due > 0:
            return self.env._(
                "Not covered by your packs: %(quantity)s. Invoiced: %(billed)s; "
                "%(due)s more are still open.",
                **names,
            )
        if not posted:
            return self.env._(
                "Not covered by your packs: %(quantity)s. The invoice is being "
                "prepared.",
                **names,
            )
        return text

    def _get_portal_invoices(self):
        """Return the posted invoices and credit notes of the charge, as the reader may
        see them: dicts, ``name``, ``kind`` and ``url`` (empty: not the reader's)."""
        if not self.billed:
            return []
        reader = self.env["account.move"].sudo(False)
        kinds = {
            "out_invoice": self.env._("Invoice"),
            "out_refund": self.env._("Credit note"),
        }
        moves = self._get_client_moves()[self].filtered(
            lambda move: move.state == "posted" and move.move_type in kinds
        )
        return [
            {
                "name": move.name,
                "kind": kinds[move.move_type],
                "url": (
                    f"/my/invoices/{move.id}"
                    if reader.browse(move.id).has_access("read")
                    else ""
                ),
            }
            for move in moves
        ]
