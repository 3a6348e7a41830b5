from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class SupportAccount(models.Model):
    """Two accounts of one client become one, when its contacts are merged."""

    _inherit = "support.account"

    # === BUSINESS METHODS === #

    def _check_merge_into(self, destination):
        """Refuse to add what is counted differently; packs keep their unit."""
        for account in self - destination:
            if account.policy_id.unit != destination.policy_id.unit:
                raise UserError(
                    self.env._(
                        "Support account: “%(policy)s” of %(client)s and "
                        "“%(other_policy)s” of %(other)s count different units, so "
                        "these contacts cannot be merged.",
                        policy=account.policy_id.name,
                        client=account.display_name,
                        other_policy=destination.policy_id.name,
                        other=destination.display_name,
                    )
                )

    def _merge_into(self, destination):
        """Move all that points to these accounts to ``destination``; remove them.

        The ledger is not touched: its entries stand on packs, which move. Tickets and
        charges keep their request types and rules: what was priced stays as it was.

        :raise UserError: when the accounts count different units
        """
        sources = self - destination
        if not sources:
            return
        destination.ensure_one()
        sources._check_merge_into(destination)
        notes = [account._describe_merge() for account in sources]
        is_active = any((sources | destination).mapped("active"))
        self.env.flush_all()
        for field in self._get_account_fields():
            sources._move_field(field, destination)
        self.env.invalidate_all()
        self.env[
            "base.partner.merge.automatic.wizard"
        ]._update_reference_fields_generic("support.account", sources, destination)
        self.env.invalidate_all()
        sources.unlink()
        if destination.active != is_active:
            destination.active = is_active
        for note in notes:
            destination.message_post(body=note)

    def _describe_merge(self):
        """Return what an account brings, for the chatter of the one it becomes."""
        self.ensure_one()
        return self.env._(
            "The support account of %(client)s was merged into this one. "
            "Packs: %(packs)s. Balance: %(balance)s.",
            client=self.display_name,
            packs=len(self.pack_ids),
            balance=self.balance_text or "0",
        )

    @api.model
    def _get_account_fields(self):
        """Return the stored fields, of any model, that point to an account."""
        found = [
            field
            for model in self.env.registry.models.values()
            # Not views, and nothing without a table.
            if model._auto and not model._abstract
            for field in model._fields.values()
            if field.store
            and field.type in ("many2one", "many2many")
            and field.comodel_name == self._name
        ]
        # In an order of their own, so that two merges do not wait in a circle.
        return sorted(found, key=lambda field: (field.model_name, field.name))

    def _move_field(self, field, destination):
        """Point one field of all records to the destination.

        In SQL, as core merges contacts: neither is history written anew (nothing is
        posted, no mail goes out), nor is a guard of the models opened to others.
        """
        if field.type == "many2many":
            self._move_relation(field, destination)
            return
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(column)s = %(target)s "
                "WHERE %(column)s IN %(sources)s",
                table=SQL.identifier(self.env[field.model_name]._table),
                column=SQL.identifier(field.name),
                target=destination.id,
                sources=tuple(self.ids),
            )
        )

    def _move_relation(self, field, destination):
        """Link to the destination what was linked to these accounts; once each."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO %(table)s (%(other)s, %(account)s)
                SELECT DISTINCT %(other)s, %(target)s
                  FROM %(table)s WHERE %(account)s IN %(sources)s
                ON CONFLICT DO NOTHING
                """,
                table=SQL.identifier(field.relation),
                other=SQL.identifier(field.column1),
                account=SQL.identifier(field.column2),
                target=destination.id,
                sources=tuple(self.ids),
            )
        )
