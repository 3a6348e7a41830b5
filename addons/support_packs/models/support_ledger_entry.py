import json

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import const

LEDGER_GUARD_FUNCTION = "support_ledger_entry_guard"
# A migration that must touch old rows says so, for its own transaction only:
# SET LOCAL support_packs.ledger_maintenance = 'on'
MAINTENANCE_SETTING = "support_packs.ledger_maintenance"

GUARD_SOURCE = f"""
BEGIN
    IF current_setting('{MAINTENANCE_SETTING}', true) = 'on' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        IF TG_OP = 'TRUNCATE' THEN RETURN NULL; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The support ledger is append-only: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END
"""


class SupportLedgerEntry(models.Model):
    """One movement of one pack. Written once, never changed, never deleted.

    It has no client of its own: the account has, so that merging contacts does not
    touch the ledger.
    """

    _name = "support.ledger.entry"
    _description = "Support Ledger Entry"
    _order = "date desc, id desc"
    _allow_sudo_commands = False

    pack_id = fields.Many2one(
        "support.pack", required=True, index=True, ondelete="restrict", readonly=True
    )
    account_id = fields.Many2one(related="pack_id.account_id")
    partner_id = fields.Many2one(related="pack_id.account_id.partner_id")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="restrict", readonly=True
    )
    charge_id = fields.Many2one(
        "support.charge", index="btree_not_null", ondelete="restrict", readonly=True
    )
    ticket_id = fields.Many2one(
        "helpdesk.ticket", index="btree_not_null", ondelete="restrict", readonly=True
    )
    entry_type = fields.Selection(
        const.ENTRY_TYPES, string="Type", required=True, readonly=True
    )
    unit = fields.Selection(const.UNITS, required=True, readonly=True)
    quantity = fields.Integer(
        required=True, readonly=True, help="In the unit; what goes out is negative."
    )
    sequence = fields.Integer(
        required=True,
        readonly=True,
        aggregator=None,
        help="Place in the history of the pack, from 1.",
    )
    balance_after = fields.Integer(required=True, readonly=True, aggregator=None)
    date = fields.Datetime(
        required=True,
        readonly=True,
        index=True,
        help="When it happened. When it was written is the creation date.",
    )
    steps = fields.Json(readonly=True)
    returned_entry_id = fields.Many2one(
        "support.ledger.entry",
        string="Returns",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    explanation = fields.Char(compute="_compute_explanation")
    quantity_text = fields.Char(string="Movement", compute="_compute_texts")
    balance_text = fields.Char(string="Balance", compute="_compute_texts")

    _sequence_unique = models.UniqueIndex(
        "(pack_id, sequence)", "This place in the history of the pack is taken."
    )
    _quantity_not_zero = models.Constraint(
        "CHECK (quantity <> 0)", "An entry moves at least 1 unit."
    )

    def init(self):
        """Guard the table in PostgreSQL too: on installing and on every upgrade."""
        super().init()
        if self._is_guarded():
            return
        # Constants of this file only.
        self.env.cr.execute(  # pylint: disable=sql-injection
            f"""
            CREATE OR REPLACE FUNCTION {LEDGER_GUARD_FUNCTION}() RETURNS trigger
            LANGUAGE plpgsql AS $guard${GUARD_SOURCE}$guard$;

            DROP TRIGGER IF EXISTS support_ledger_entry_no_change
                ON support_ledger_entry;
            CREATE TRIGGER support_ledger_entry_no_change
                BEFORE UPDATE OR DELETE ON support_ledger_entry
                FOR EACH ROW EXECUTE FUNCTION {LEDGER_GUARD_FUNCTION}();

            DROP TRIGGER IF EXISTS support_ledger_entry_no_truncate
                ON support_ledger_entry;
            CREATE TRIGGER support_ledger_entry_no_truncate
                BEFORE TRUNCATE ON support_ledger_entry
                FOR EACH STATEMENT EXECUTE FUNCTION {LEDGER_GUARD_FUNCTION}();
            """
        )

    def _is_guarded(self):
        """Whether both triggers are there with today's function.

        An upgrade that changes nothing must not take locks on the busiest table.
        """
        self.env.cr.execute(
            """
            SELECT count(*)
              FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
             WHERE t.tgrelid = 'support_ledger_entry'::regclass
               AND t.tgenabled = 'O'
               AND p.proname = %s AND p.prosrc = %s
            """,
            [LEDGER_GUARD_FUNCTION, GUARD_SOURCE],
        )
        return self.env.cr.fetchone()[0] == 2

    @api.depends("entry_type", "steps", "pack_id")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for entry in self:
            entry.explanation = entry._explain()

    @api.depends("pack_id", "sequence")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.sudo().pack_id.name} / {entry.sequence}"

    @api.depends("quantity", "balance_after", "unit")
    @api.depends_context("lang")
    def _compute_texts(self):
        explanation = self.env["support.explanation"]
        for entry in self:
            entry.quantity_text = explanation.format_signed(entry.quantity, entry.unit)
            entry.balance_text = explanation.format_quantity(
                entry.balance_after, entry.unit
            )

    # === CRUD METHODS === #
    # Closed, all of them: that is why none calls super.

    @api.private
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self._get_refusal())

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self._get_refusal())

    def unlink(self):  # pylint: disable=method-required-super
        raise UserError(self._get_refusal())  # pylint: disable=no-raise-unlink

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise UserError(self._get_refusal())

    @api.model
    def _get_refusal(self):
        return self.env._(
            "The support ledger is append-only. Correct the work, the type or the "
            "charge of the ticket: what changes is posted as a new entry."
        )

    # === BUSINESS METHODS === #

    @api.model
    def _append(
        self, pack, quantity, entry_type, sequence, balance_after, date, **rest
    ):
        """Insert the entry of a movement that :meth:`support.pack._post` has made.

        Plain SQL, because ``create`` is closed to everybody, the suite included.
        """
        # Clients act too (they close tickets), but an entry never names them: it could
        # not forget them again, and so their user could not be deleted.
        author = self.env.uid if self.env.user._is_internal() else SUPERUSER_ID
        columns = {
            "pack_id": pack.id,
            "company_id": pack.company_id.id,
            "unit": pack.unit,
            "entry_type": entry_type,
            "quantity": quantity,
            "sequence": sequence,
            "balance_after": balance_after,
            "date": date,
            "create_uid": author,
            "write_uid": author,
            **self._prepare_columns(**rest),
        }
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO support_ledger_entry (%(names)s, create_date, write_date)
                VALUES (%(values)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
                RETURNING id
                """,
                names=SQL(", ").join(SQL.identifier(name) for name in columns),
                values=SQL(", ").join(SQL("%s", value) for value in columns.values()),
            )
        )
        return self.browse(self.env.cr.fetchone()[0])

    @api.model
    def _prepare_columns(self, charge=None, steps=None, returned_entry_id=None):
        """Return the further columns of an entry; add-ons with columns extend it."""
        return {
            "charge_id": charge.id if charge else None,
            "ticket_id": charge.ticket_id.id if charge else None,
            "steps": json.dumps(steps) if steps else None,
            "returned_entry_id": returned_entry_id,
        }

    def _get_readable_tickets(self):
        """Return the tickets of the entries that the reader may open."""
        # The ledger may be printed with more rights than its reader has.
        return self.sudo(False).ticket_id._filtered_access("read")

    def _explain_usage(self, words, source):
        """Return what the pack pays; of how much, if it does not pay all of it."""
        explanation = self.env["support.explanation"]
        amount = explanation.format_quantity(-self.quantity, self.unit)
        further = dict(self.steps or ())
        if "settled" in further:
            return self.env._(
                "%(steps)s; %(amount)s that waited, from %(pack)s",
                steps=words,
                amount=amount,
                pack=source,
            )
        due = further.get("due")
        if due:
            return self.env._(
                "%(steps)s = %(due)s, of which %(amount)s from %(pack)s",
                steps=words,
                due=explanation.format_quantity(due["quantity"], self.unit),
                amount=amount,
                pack=source,
            )
        if words == amount:
            return self.env._("%(amount)s, from %(pack)s", amount=amount, pack=source)
        return self.env._(
            "%(steps)s = %(amount)s, from %(pack)s",
            steps=words,
            amount=amount,
            pack=source,
        )

    def _explain(self):
        """Return why the pack moved, in the reader's language."""
        self.ensure_one()
        explanation = self.env["support.explanation"]
        # sudo: who may read the entry may read what its pack is called.
        pack = self.sudo().pack_id
        source = explanation.explain_source(pack)
        words = explanation.explain_movement(self.steps, self.unit)
        if self.entry_type == "usage":
            return self._explain_usage(words, source)
        if self.entry_type == "return":
            amount = explanation.format_quantity(self.quantity, self.unit)
            return self.env._(
                "%(steps)s: %(amount)s back to %(pack)s",
                steps=words or self.env._("correction"),
                amount=amount,
                pack=source,
            )
        if self.entry_type == "grant":
            return self.env._("%(pack)s is active", pack=pack.name)
        if self.entry_type == "expiry":
            return self.env._("What was left of %(pack)s expired", pack=pack.name)
        if words and self.entry_type in ("refund", "adjustment"):
            return self._explain_correction(words, source)
        return words or source

    def _explain_correction(self, words, source):
        """Return why units went out, or came back, that no work moved."""
        amount = self.env["support.explanation"].format_quantity(
            abs(self.quantity), self.unit
        )
        if self.quantity < 0:
            return self.env._(
                "%(steps)s: %(amount)s taken from %(pack)s",
                steps=words,
                amount=amount,
                pack=source,
            )
        return self.env._(
            "%(steps)s: %(amount)s back to %(pack)s",
            steps=words,
            amount=amount,
            pack=source,
        )
