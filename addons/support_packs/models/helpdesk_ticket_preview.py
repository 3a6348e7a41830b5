from odoo import api, fields, models

from ..engine import drawdown, tariff
from ..engine.steps import steps_to_json
from .support_account import BALANCE_FIELDS

INTERNAL = "base.group_user"
# What of a work entry says by which day it draws.
MOMENT_FIELDS = ("minutes", "billable", "date")
# Packs whose balance counts, or counts again when something goes back to them.
LIVE_STATES = ("active", "exhausted")


class HelpdeskTicket(models.Model):
    """What the ticket will cost, while it is being typed: before anything is posted.

    The same facts, tariff and draw as the charge itself, over the values of the form.
    """

    _inherit = "helpdesk.ticket"

    support_preview_text = fields.Char(
        string="Will cost",
        compute="_compute_support_preview",
        groups=INTERNAL,
        help="What the ticket comes to with what stands here. Empty when that is what "
        "it was charged.",
    )
    support_preview_explanation = fields.Char(
        string="Calculation", compute="_compute_support_preview", groups=INTERNAL
    )
    support_preview_balance_text = fields.Char(
        string="Balance then", compute="_compute_support_preview", groups=INTERNAL
    )
    support_preview_uncovered_text = fields.Char(
        string="Not covered then", compute="_compute_support_preview", groups=INTERNAL
    )

    @api.depends(
        "support_work_ids.minutes",
        "support_work_ids.is_counted",
        "support_work_ids.date",
        "support_work_ids.channel_id",
        "support_typed_units",
        "support_request_type_id",
        "support_account_id",
        "support_admitted_at",
        "support_check_ids",
        "support_cancelled_by",
        "channel_id",
        "duplicate_id",
        "support_charge_ids.quantity",
        "support_charge_ids.uncovered",
        "stage_id",
    )
    @api.depends_context("lang")
    def _compute_support_preview(self):
        # sudo: technicians may not read everything that decides about a price.
        for ticket, ticket_sudo in zip(self, self.sudo(), strict=True):
            texts = ticket_sudo._explain_support_form_preview()
            ticket.support_preview_text = texts.get("quantity")
            ticket.support_preview_explanation = texts.get("explanation")
            ticket.support_preview_balance_text = texts.get("balance")
            ticket.support_preview_uncovered_text = texts.get("uncovered")

    def _explain_support_form_preview(self):
        """Return the texts of the preview: ``{name: text}``, empty if there is none."""
        self.ensure_one()
        values = self._get_support_form_preview()
        if not values:
            return {}
        words = self.env["support.explanation"]
        names = ("quantity", "uncovered", "balance_before", "balance_after")
        texts = {
            name: words.format_quantity(values[name], values["unit"]) for name in names
        }
        return {
            "quantity": texts["quantity"],
            # Never just the same number again.
            "explanation": values["explanation"] != texts["quantity"]
            and values["explanation"],
            "balance": f"{texts['balance_before']} → {texts['balance_after']}",
            "uncovered": bool(values["uncovered"]) and texts["uncovered"],
        }

    def _get_support_form_preview(self):
        """Return the preview of the form's values, empty if they change nothing."""
        self.ensure_one()
        if not self._is_support_counted() or not self._has_sensible_support_facts():
            return {}
        charge = self._get_support_posted()
        if not charge and self.stage_id.support_outcome == "cancelled":
            return {}
        values = self._preview_support_quote(
            self._quote_support(), moment=self._get_support_form_moment()
        )
        posted = (charge.quantity, charge.uncovered)
        if (values["quantity"], values["uncovered"]) == posted:
            return {}
        return values

    def _has_sensible_support_facts(self):
        """Whether there are only numbers that may be saved: a form holds any."""
        self.ensure_one()
        numbers = [self.support_typed_units, *self.support_work_ids.mapped("minutes")]
        return all(number >= 0 for number in numbers)

    def _quote_support(self, minutes=0, urgent=None):
        """Price the ticket as it stands, saved or not, or with minutes more.

        :param urgent: whether those minutes would be urgent; None: as the ticket is
        :return: the engine's quote
        """
        self.ensure_one()
        free_step = self._get_support_free_step()
        if free_step:
            return tariff.Quote(0, (free_step,), base=0)
        if not minutes and not self._has_support_cause():
            return tariff.Quote(0, (), base=0)
        return tariff.quote(
            self._get_support_facts(extra_minutes=minutes, urgent=urgent),
            self._get_support_current_rules(),
            self._get_support_surcharge(urgent),
        )

    def _preview_support_quote(self, quote, moment=None):
        """Say what would be posted for a quote. Posts nothing.

        :param moment: naive UTC datetime by which it draws; default: now
        :return: dict: unit, quantity, covered, uncovered, steps, explanation,
            balance_before, balance_after
        """
        self.ensure_one()
        account = self.support_account_id
        unit = self._get_support_current_rules().unit
        charge = self._get_support_posted()
        on = self.company_id.support_local_date(moment)
        movement = self._preview_support_movement(charge, quote.quantity, unit, on)
        balance = account[BALANCE_FIELDS[unit]]
        steps = steps_to_json(quote.steps)
        return {
            "unit": unit,
            "quantity": quote.quantity,
            "covered": movement.covered,
            "uncovered": movement.uncovered,
            "steps": steps,
            "explanation": self.env["support.explanation"].explain(
                steps, unit, quote.quantity
            ),
            "balance_before": balance,
            "balance_after": balance + self._get_support_balance_change(movement),
        }

    def _preview_support_movement(self, charge, quantity, unit, on):
        """Return the engine's movement that would be posted for a quantity.

        :param charge: what is posted and counts, or none
        :param on: date of the work, in the support time zone
        """
        self.ensure_one()
        return drawdown.converge(
            quantity,
            packs=self.support_account_id._get_usable_packs(unit),
            usages=self._get_support_usages(charge, quantity),
            uncovered=charge._get_kept_uncovered(quantity),
            on=on,
            draw=self._get_support_draw(),
        )

    def _get_support_draw(self):
        """Return who takes units from the packs: a function like the engine's."""
        return drawdown.draw_down

    def _get_support_posted(self):
        """Return the charge whose draws count for the ticket: none after a change.

        Of another account, or in another unit, it is given back before anything else.
        """
        self.ensure_one()
        charge = self._origin.support_charge_id
        same = (
            charge.account_id == self.support_account_id._origin
            and charge.unit == self._get_support_current_rules().unit
        )
        return charge if same else charge.browse()

    @api.model
    def _get_support_usages(self, charge, quantity):
        """Return what the charge has drawn. By pack only where something goes back."""
        if not charge.covered:
            return []
        if quantity < charge.quantity:
            return charge._get_usages()
        return [drawdown.Usage(entry_id=0, pack_id=0, quantity=charge.covered)]

    def _get_support_balance_change(self, movement):
        """Return what a movement does to the balance of the account.

        What goes back to a pack that is over, or held back, is not there to be used.
        """
        change = -sum(part.quantity for part in movement.draws)
        for part in movement.returns:
            pack = self.env["support.pack"].browse(part.pack_id)
            if pack.state in LIVE_STATES and not pack._is_over():
                change += part.quantity
        return change

    def _get_support_form_moment(self):
        """Return the moment by which the form's changes would draw.

        As when they are saved: of the work that was touched, the last; when only the
        ticket changed, its last work.
        """
        self.ensure_one()
        works = self.support_work_ids
        touched = works.filtered(lambda work: work._differs_from_saved(MOMENT_FIELDS))
        dates = [work.date for work in touched or works if work.date]
        return max(dates, default=fields.Datetime.now())
