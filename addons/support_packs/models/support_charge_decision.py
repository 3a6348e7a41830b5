from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import const
from ..engine import billing
from ..engine.steps import steps_to_json

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"


class SupportCharge(models.Model):
    """What becomes of the units that no pack covers: invoice, wait, or waive."""

    _inherit = "support.charge"

    waived = fields.Integer(
        required=True,
        readonly=True,
        default=0,
        help="Units of what no pack covers that the client does not have to pay.",
    )
    decision = fields.Selection(
        const.CHARGE_DECISIONS,
        readonly=True,
        help="What was decided about the units that no pack covers.",
    )
    decision_reason = fields.Char(string="Reason of the decision", readonly=True)
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decided_at = fields.Datetime(string="Decided on", readonly=True)

    # === ACTION METHODS === #

    def action_decide(self):
        """Ask a manager what becomes of what no pack covers."""
        self._check_may_decide()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_charge_decision_action"
        )
        action["context"] = {"default_charge_ids": self.ids}
        return action

    # === BUSINESS METHODS === #

    @api.model
    def _check_may_decide(self):
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "What becomes of work that no pack covers is decided by a helpdesk "
                    "manager."
                )
            )

    def _get_closed_units(self):
        """Return the uncovered units that are dealt with: no pack pays them later."""
        self.ensure_one()
        return self.waived + self.billed

    def _get_open_units(self):
        """Return the uncovered units about which something is still to happen."""
        self.ensure_one()
        return max(self.uncovered - self._get_closed_units(), 0)

    def _prepare_decision(self, uncovered):
        """Return the values that follow when so many units are uncovered.

        What was decided holds for the units it was decided about. When they become
        more, the policy has its say again.
        """
        self.ensure_one()
        waived = min(self.waived, uncovered)
        due = billing.due_units(uncovered - waived, self.billed, self.credited)
        if due <= 0:
            state = self._get_closed_state(uncovered, due)
            further = {} if uncovered else {"decision": False}
            return {"state": state, "waived": waived, **further}
        if uncovered <= self.uncovered:
            return {}
        policy = self.account_id.policy_id.uncovered_policy
        state = "to_invoice" if policy == "invoice" else "waiting"
        return {"state": state, "decision": False}

    def _get_closed_state(self, uncovered, due=0):
        """Return the state when nothing is left to decide.

        :param due: units to give back, negative: the client's next invoice does
        """
        self.ensure_one()
        if due:
            return "to_invoice"
        if self.billed:
            return "credited" if self.credited >= self.billed else "invoiced"
        return "waived" if uncovered else "open"

    def _decide(self, choice, reason=None):
        """Do with the open units what a manager says.

        :param choice: ``next_pack``: the packs pay, now or with the next purchase;
            ``invoice``: at the list price; ``waive``: nobody pays
        :param reason: required to waive
        """
        self._check_may_decide()
        self.check_access("read")
        reason = (reason or "").strip()
        if choice == "waive" and not reason:
            raise UserError(
                self.env._("Reason: say why the client does not have to pay.")
            )
        # sudo: charges are nobody's to write; the rights were asked above.
        for charge in self.sudo():
            charge._touch()
            open_units = charge._get_open_units()
            if not open_units or charge.state not in ("waiting", "to_invoice"):
                raise UserError(
                    self.env._(
                        "%(ticket)s: there is nothing left to decide.",
                        ticket=charge.display_name,
                    )
                )
            charge.write(charge._prepare_chosen(choice, reason, open_units))
            if choice == "next_pack":
                charge._settle()

    def _prepare_chosen(self, choice, reason, open_units):
        self.ensure_one()
        states = {
            "next_pack": "waiting",
            "invoice": "to_invoice",
            "waive": self._get_closed_state(self.uncovered),
        }
        return {
            "state": states[choice],
            "waived": self.waived + (open_units if choice == "waive" else 0),
            "decision": choice,
            "decision_reason": reason or False,
            "decided_by_id": self.env.uid,
            "decided_at": fields.Datetime.now(),
        }

    def _settle(self):
        """Have the packs of one account pay what waits on it, as far as they can."""
        for charge in self:
            charge._touch()
            charge._follow_unit()
            open_units = charge._get_open_units()
            if not open_units or charge.state != "waiting":
                continue
            quote = charge._get_quote()
            charge._move_to(
                quote.quantity, steps_to_json(quote.steps), settle=open_units
            )
            if charge._get_open_units() and not any(
                pack.balance for pack in charge.account_id._get_pack_states(charge.unit)
            ):
                # Nothing is left for those that come after it.
                break

    def _get_settling(self):
        """Return the charges that the next pack pays without asking anybody."""
        return self.filtered(
            lambda charge: (
                charge.decision == "next_pack"
                or charge.account_id.policy_id.uncovered_policy == "wait"
            )
        )

    def _get_client_choices(self):
        """Return what the client may decide: dicts, ``code`` and ``label``.

        Only where the policy asks somebody, and nobody has decided yet. Not to pay is
        not among them.
        """
        if self.state != "waiting" or self._get_settling():
            return []
        choices = [
            {"code": "next_pack", "label": self.env._("My next pack pays it")},
        ]
        if self.overage_text:
            label = self.env._("Invoice it: %s and taxes", self.overage_text)
            choices.append({"code": "invoice", "label": label})
        return choices
