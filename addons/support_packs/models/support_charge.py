from dataclasses import asdict
from dataclasses import fields as dataclass_fields

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import const
from ..engine import drawdown, tariff
from ..engine.steps import steps_to_json
from ..tools import insert_once


class SupportCharge(models.Model):
    """What one ticket costs, and how much of it the packs cover.

    ``quantity`` is what the facts of the ticket come to. The ledger is made to agree
    with it by :meth:`_converge`: the difference is posted, and posting twice posts
    nothing. ``quantity = covered + uncovered``, both >= 0.
    """

    _name = "support.charge"
    _description = "Support Charge"
    _order = "id desc"
    _rec_name = "ticket_id"
    _check_company_auto = True
    _allow_sudo_commands = False

    ticket_id = fields.Many2one(
        "helpdesk.ticket", required=True, ondelete="restrict", readonly=True
    )
    account_id = fields.Many2one(
        "support.account", required=True, index=True, ondelete="restrict", readonly=True
    )
    partner_id = fields.Many2one(related="account_id.partner_id", string="Client")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    revision = fields.Integer(
        required=True,
        readonly=True,
        default=0,
        help="Counts the times that the charge was made to converge.",
    )
    unit = fields.Selection(const.UNITS, required=True, readonly=True)
    quantity = fields.Integer(required=True, readonly=True, default=0)
    covered = fields.Integer(
        required=True, readonly=True, default=0, help="Units that packs paid."
    )
    uncovered = fields.Integer(
        required=True, readonly=True, default=0, help="Units that no pack paid."
    )
    state = fields.Selection(
        const.CHARGE_STATES, required=True, readonly=True, default="open", index=True
    )
    rules = fields.Json(
        readonly=True, help="The rules it was priced with; they stay with the charge."
    )
    steps = fields.Json(readonly=True)
    entry_ids = fields.One2many("support.ledger.entry", "charge_id")

    _ticket_unique = models.UniqueIndex("(ticket_id)", "A ticket has one charge.")
    _covered_adds_up = models.Constraint(
        "CHECK (quantity = covered + uncovered AND covered >= 0 AND uncovered >= 0)",
        "A charge is what the packs cover plus what they do not, both 0 or more.",
    )

    @api.depends("ticket_id")
    def _compute_display_name(self):
        # Accountants read charges, but not the tickets of the helpdesk.
        for charge in self:
            charge.display_name = charge.sudo().ticket_id.display_name

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        if any(charge.entry_ids for charge in self):
            raise UserError(
                self.env._("A charge with entries in the ledger cannot be deleted.")
            )

    # === BUSINESS METHODS === #

    @api.model
    def _find_or_open(self, ticket):
        """Return the charge of a ticket, touched; make it if it is the first time.

        Two technicians who log the first work at once make one charge: the second
        INSERT waits, then fails to serialize and is retried.
        """
        charge = ticket.support_charge_id
        if charge:
            charge._touch()
            return charge
        ticket.flush_recordset()
        account = ticket.support_account_id
        values = {
            "ticket_id": ticket.id,
            "account_id": account.id,
            "company_id": ticket.company_id.id,
            "unit": account.policy_id.unit,
            # The row is ours already: as good as touched.
            "revision": 1,
        }
        inserted = insert_once(self.browse(), values, conflict=["ticket_id"])
        ticket.invalidate_recordset(["support_charge_id", "support_charge_ids"])
        charge = ticket.support_charge_id
        if not inserted:
            charge._touch()
        return charge

    def _change_account(self, account):
        """Give everything back to the packs of the old account; charge this one.

        The rules of the old account go with it. Nothing is charged yet.

        :param account: the new account, or none: the old one stays, with nothing
        """
        self.ensure_one()
        self._touch()
        self._check_not_billed(self.env._("Contact"))
        self._move_to(0, [])
        if account:
            self.write(
                {
                    "account_id": account.id,
                    "company_id": account.company_id.id,
                    "rules": False,
                }
            )

    def _converge(self, moment=None):
        """Post the difference between what the ticket costs and what is posted.

        Whoever calls it has touched the charges: see :meth:`_find_or_open`.

        :param moment: naive UTC datetime of the work that changed, by which it draws;
            default: the last work of the ticket
        """
        for charge in self:
            charge._follow_unit()
            quote = charge._get_quote()
            charge._move_to(quote.quantity, steps_to_json(quote.steps), moment)

    def _follow_unit(self):
        """Count in the unit of the rules, as long as no pack has paid in another."""
        self.ensure_one()
        unit = self._get_rules().unit
        if unit != self.unit:
            self._check_not_billed(self.env._("Request type"))
            self._move_to(0, [])
            self.unit = unit

    def _touch(self):
        """Take the charges' rows before reading what they depend on.

        Two works logged at once may each find that nothing is due (both lie within
        the minimum). Neither touches a pack, both would commit, and the ledger would
        stay short. So both write this row, and the second is retried.
        """
        if not self:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE support_charge SET revision = revision + 1 WHERE id IN %s",
                tuple(sorted(self.ids)),
            )
        )
        self.invalidate_recordset(["revision"])

    def _move_to(self, quantity, steps, moment=None, settle=0):
        """Make the ledger hold ``quantity`` for the ticket, and remember why.

        :param settle: units of what was uncovered that packs may pay now
        """
        self.ensure_one()
        moment = moment or self.ticket_id._get_support_moment()
        before = self.quantity
        on = self.company_id.support_local_date(moment)
        movement = self._get_movement(quantity, on, settle)
        entry_steps = self._prepare_entry_steps(steps, before, movement, settle)
        # What waited is paid when the pack is there, not when the work was done.
        posted_at = fields.Datetime.now() if settle else moment
        self._post_movement(movement, entry_steps, posted_at)
        self.write(
            {
                "quantity": movement.quantity,
                "covered": movement.covered,
                "uncovered": movement.uncovered,
                "steps": steps,
                "rules": self._prepare_rules() if quantity else self.rules,
                **self._prepare_decision(movement.uncovered),
            }
        )
        if self.state == "waiting":
            self.account_id._touch_waiting()

    def _get_movement(self, quantity, on, settle=0):
        """Return the engine's movement that makes the charge come to ``quantity``.

        :param on: date of the work, in the support time zone
        :param settle: units of what was uncovered that packs may pay now
        """
        self.ensure_one()
        return drawdown.converge(
            quantity,
            packs=self.account_id._get_pack_states(self.unit),
            usages=self._get_usages() if self.covered else [],
            uncovered=self._get_kept_uncovered(quantity),
            on=on,
            settle=settle,
            draw=self.ticket_id._get_support_draw(),
        )

    def _post_movement(self, movement, steps, moment):
        """Post returns and draws.

        The balances move in the order of the packs' ids, so that two tickets that
        share packs do not wait for each other in a circle; the entries are written in
        the order of the draw, which is the order that a return goes back. What goes
        back goes first: add-ons may draw it again.
        """
        packs = self.env["support.pack"]
        entries = self.env["support.ledger.entry"]
        for part in sorted(movement.returns, key=lambda part: part.pack_id):
            packs.browse(part.pack_id)._take_back(
                part.quantity,
                entries.browse(part.entry_id),
                # A correction happens now, whenever the work was done.
                date=fields.Datetime.now(),
                charge=self,
                steps=steps,
            )
        moved = {
            part: packs.browse(part.pack_id)._draw(part)
            for part in sorted(movement.draws, key=lambda part: part.pack_id)
        }
        for part in movement.draws:
            packs.browse(part.pack_id)._append_entry(
                "usage", moved[part], date=moment, charge=self, steps=steps
            )
        for parts, verb in (
            (movement.draws, packs._follow_draw),
            (movement.returns, packs._follow_return),
        ):
            verb([part.pack_id for part in parts])
        self.invalidate_recordset(["entry_ids"])

    @api.model
    def _prepare_entry_steps(self, steps, before, movement, settle=0):
        """Return the steps of an entry: how the quote came about, less what was.

        Where one pack pays only a part of what is due, the entry says of how much.
        """
        due = movement.quantity - before
        if settle and not due:
            return [*steps, ["settled", {"quantity": settle}]]
        further = [["before", {"quantity": before}]] if before else []
        if any(part.quantity != due for part in movement.draws):
            further.append(["due", {"quantity": due}])
        return [*steps, *further]

    def _get_usages(self):
        """Return the usage entries with what is still outstanding on each."""
        self.ensure_one()
        outstanding = {}
        pack_ids = {}
        entries = self.env["support.ledger.entry"].search_fetch(
            [("charge_id", "=", self.id)], order="id"
        )
        for entry in entries:
            if entry.entry_type == "usage":
                outstanding[entry.id] = -entry.quantity
                pack_ids[entry.id] = entry.pack_id.id
            elif entry.entry_type == "return":
                outstanding[entry.returned_entry_id.id] -= entry.quantity
        return [
            drawdown.Usage(entry_id, pack_ids[entry_id], quantity)
            for entry_id, quantity in outstanding.items()
        ]

    def _get_quote(self):
        """Price the ticket as it stands."""
        self.ensure_one()
        step = self.ticket_id._get_support_free_step()
        if step:
            return tariff.Quote(0, (step,), base=0)
        if not self.ticket_id._has_support_cause():
            return tariff.Quote(0, (), base=0)
        facts = self.ticket_id._get_support_facts()
        return tariff.quote(facts, self._get_rules(), self._get_surcharge())

    def _get_rules(self, ticket=None):
        """Return the engine's rules: those it was priced with, else today's.

        Another request type is another price; another policy text is not.

        :param ticket: the ticket as a form shows it, not saved yet
        """
        self.ensure_one()
        ticket = ticket or self.ticket_id
        if not self._has_frozen_rules(ticket):
            return ticket._get_support_rules()
        names = {field.name for field in dataclass_fields(tariff.Rules)}
        return tariff.Rules(
            **{name: value for name, value in self.rules.items() if name in names}
        )

    def _get_supplements(self, ticket=None):
        """Return what the channels cost on top: ``{channel id: Supplement}``.

        As it was when the charge was priced; else as the policy says today.

        :param ticket: the ticket as a form shows it, not saved yet
        """
        self.ensure_one()
        if not self._has_frozen_rules(ticket or self.ticket_id):
            return self.account_id.policy_id._get_supplements()
        return {
            int(channel): tariff.Supplement(kind, value, int(channel))
            for channel, (kind, value) in self.rules.get("supplements", {}).items()
        }

    def _has_frozen_rules(self, ticket):
        """Whether the charge was priced before, as a ticket of this type."""
        self.ensure_one()
        request_type = ticket.support_request_type_id._origin
        return bool(
            self.rules
            and self.rules.get("request_type_id", False) == request_type.id
            and self.account_id == ticket.support_account_id._origin
        )

    def _prepare_rules(self):
        """Return the rules as they are kept with the charge."""
        self.ensure_one()
        return {
            **asdict(self._get_rules()),
            "request_type_id": self.ticket_id.support_request_type_id.id,
            "supplements": {
                str(channel): [supplement.kind, supplement.value]
                for channel, supplement in self._get_supplements().items()
            },
        }

    def _get_surcharge(self):
        """Return the engine's surcharge. Without support_urgency there is none."""
        return None
