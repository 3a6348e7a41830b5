from dataclasses import dataclass, replace

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_list

from ..engine import tariff

INTERNAL = "base.group_user"
TECHNICIAN = "helpdesk_mgmt.group_helpdesk_user_own"
# So many products are named to a technician; the client is told all that would do.
NAMED_PRODUCTS = 3


@dataclass(frozen=True)
class Shortage:
    """What the next work on a ticket needs, against what the client has.

    Quantities are integers in the unit of the policy.

    :param balance: what work done today could draw
    :param needed: what the next minute, or the rest of the estimate, would draw
    :param estimate: whether it is the accepted estimate that needs so much
    :param limited: the client's uncovered units have reached the cap
    :param low: the balance has come down to the policy's warning
    """

    balance: int
    needed: int
    estimate: bool = False
    limited: bool = False
    low: bool = False

    @property
    def missing(self) -> int:
        return max(self.needed - self.balance, 0)

    def __bool__(self):
        return bool(self.missing or self.limited or self.low)


class HelpdeskTicket(models.Model):
    """What is asked before work on a ticket starts. Work done is always recordable:
    nothing here is asked when it is logged."""

    _inherit = "helpdesk.ticket"

    support_estimate_minutes = fields.Integer(
        string="Accepted estimate (min)",
        copy=False,
        groups=INTERNAL,
        help="Minutes of work that the client has accepted. 0: none.",
    )
    support_start_level = fields.Selection(
        [("warning", "Low balance"), ("blocked", "Work cannot start")],
        string="Before starting",
        compute="_compute_support_start",
        groups=INTERNAL,
    )
    support_start_warning = fields.Text(
        string="Before work starts",
        compute="_compute_support_start",
        groups=INTERNAL,
        help="What to know, or to settle, before work on the ticket starts.",
    )
    support_may_ask_to_buy = fields.Boolean(
        compute="_compute_support_start", groups=INTERNAL
    )

    @api.depends(
        "support_account_id.balance_minutes",
        "support_account_id.balance_credits",
        "support_account_id.balance_tickets",
        "support_account_id.policy_id",
        "support_work_ids.minutes",
        "support_work_ids.is_counted",
        "support_charge_ids.quantity",
        "support_charge_ids.uncovered",
        "support_charge_ids.state",
        "support_request_type_id",
        "support_typed_units",
        "support_admitted_at",
        "support_estimate_minutes",
        "support_asked_for",
        "support_check_ids",
        "stage_id",
    )
    @api.depends_context("lang")
    def _compute_support_start(self):
        # sudo: technicians may not read all that decides, e.g. products' prices.
        for ticket, ticket_sudo in zip(self, self.sudo(), strict=True):
            level, sentences, may_ask = False, [], False
            if ticket_sudo._has_unsaved_support_work():
                # What is being typed was done: the preview tells what it costs.
                ticket_sudo = ticket_sudo._origin
            if ticket_sudo.support_account_id and not ticket_sudo.closed:
                sentences = ticket_sudo._get_support_start_problems()
                shortage = ticket_sudo._get_support_shortage()
                level = "blocked" if sentences else "warning"
                sentences = sentences or ticket_sudo._explain_support_warning(shortage)
                may_ask = ticket_sudo._may_ask_support_client(shortage)
            ticket.support_start_level = level if sentences else False
            ticket.support_start_warning = "\n".join(sentences)
            ticket.support_may_ask_to_buy = may_ask

    def _has_unsaved_support_work(self):
        works = self.support_work_ids
        return works._origin != self._origin.support_work_ids or any(
            work._differs_from_saved(("minutes", "billable")) for work in works
        )

    @api.constrains("support_estimate_minutes")
    def _check_support_estimate_minutes(self):
        for ticket in self.sudo():
            if ticket.support_estimate_minutes < 0:
                raise ValidationError(
                    self.env._("Accepted estimate (min): 0 or more minutes.")
                )

    # === ACTION METHODS === #

    def action_support_start_work(self):
        """Start the timer of the current user. Doing it twice starts it once.

        :raise UserError: with all the reasons why work may not start
        :raise AccessError: for clients, and for tickets one may not read
        """
        self._check_support_technician()
        self.check_access("read")
        for ticket in self:
            problems = ticket._get_support_start_problems()
            if problems:
                heading = self.env._(
                    "Work on the ticket %(number)s cannot start:", number=ticket.number
                )
                raise UserError("\n".join([heading, *(f"• {one}" for one in problems)]))
        self.env["support.timer"]._start(self)
        return True

    # === WHY WORK MAY NOT START === #

    @api.model
    def _check_support_technician(self):
        """Clients and other employees may call what is public, so each verb asks."""
        if not self.env.su and not self.env.user.has_group(TECHNICIAN):
            raise AccessError(self.env._("Only helpdesk users work on tickets."))

    def _get_support_start_problems(self):
        """Return why work on the ticket may not start, as sentences; empty: it may.

        In the reader's language, with what to do about it. Never asked when work that
        was done is logged. Add-ons extend it.
        """
        self.ensure_one()
        ticket = self.sudo()
        problems = []
        if ticket.closed:
            problems.append(self.env._("Stage: the ticket is closed. Reopen it first."))
        account = ticket.support_account_id
        if not account:
            return problems
        problems += account._get_start_problems(ticket)
        if ticket._needs_support_estimate() and not ticket.support_estimate_minutes:
            problems.append(ticket._explain_support_estimate_missing())
        shortage = ticket._get_support_shortage()
        if not shortage:
            return problems
        policy = account.policy_id
        if policy.uncovered_policy == "block" and shortage.missing:
            problems.append(ticket._explain_support_missing(shortage))
            problems.append(ticket._explain_packs_to_buy(shortage))
        elif shortage.limited:
            problems.append(ticket._explain_support_cap())
            problems.append(ticket._explain_packs_to_buy(shortage))
        return problems

    def _get_support_billable_minutes(self):
        """Return the minutes that were worked and may be charged."""
        self.ensure_one()
        return sum(self.support_work_ids.filtered("billable").mapped("minutes"))

    def _get_support_shortage(self):
        """Return what the next work needs against what the client has; None: no units.

        The next minute, or what is left of the accepted estimate: whatever is more.
        Converted by the tariff, so a minimum, blocks and credits are in it.
        """
        self.ensure_one()
        # A form may hold numbers that cannot be saved.
        if not self._is_support_counted() or not self._has_sensible_support_facts():
            return None
        account, policy = self.support_account_id, self.support_account_id.policy_id
        balance = self._get_support_usable_balance()
        left = self.support_estimate_minutes - self._get_support_billable_minutes()
        preview = self._preview_support_quote(self._quote_support_start(max(left, 1)))
        posted = self._get_support_posted()
        # What waits for somebody's decision is not covered by having been done.
        waiting = posted._get_open_units() if posted.state == "waiting" else 0
        capped = policy.uncovered_policy != "block" and policy.uncovered_cap
        return Shortage(
            balance=balance,
            needed=preview["quantity"] - posted.quantity + waiting,
            estimate=left > 1,
            limited=bool(capped) and account.open_uncovered >= policy.uncovered_cap,
            low=0 < policy.warning_quantity and balance <= policy.warning_quantity,
        )

    def _get_support_usable_balance(self):
        """Return what work on this ticket done today could draw, in units."""
        self.ensure_one()
        return self.support_account_id._get_usable_balance()

    def _quote_support_start(self, minutes):
        """Price the ticket with so many minutes more, and admitted.

        Who starts work takes the ticket: where tickets are counted, it is one.
        """
        self.ensure_one()
        if self.support_account_id.policy_id.unit != "ticket":
            return self._quote_support(minutes)
        facts = self._get_support_facts(extra_minutes=minutes)
        return tariff.quote(
            replace(facts, events=max(facts.events, 1)),
            self._get_support_current_rules(),
            self._get_support_surcharge(),
        )

    # === IN WORDS === #

    def _explain_support_warning(self, shortage):
        """Return what to know before starting, as sentences, where starting may."""
        self.ensure_one()
        if not shortage:
            return []
        if shortage.missing:
            return [
                self._explain_support_missing(shortage),
                self._explain_support_uncovered_policy(),
            ]
        words, unit = self.env["support.explanation"], self.support_unit
        return [
            self.env._(
                "Balance: %(balance)s left. The policy warns from %(limit)s down.",
                balance=words.format_long(shortage.balance, unit),
                limit=words.format_long(self.support_policy_id.warning_quantity, unit),
            )
        ]

    def _explain_support_missing(self, shortage):
        self.ensure_one()
        words, unit = self.env["support.explanation"], self.support_unit
        values = {
            "balance": words.format_long(shortage.balance, unit),
            "needed": words.format_quantity(shortage.needed, unit),
            "missing": words.format_quantity(shortage.missing, unit),
        }
        if shortage.estimate:
            return self.env._(
                "Balance: %(balance)s can be used today; what is left of the accepted "
                "estimate of %(estimate)s takes %(needed)s. Missing: %(missing)s.",
                estimate=words.format_quantity(self.support_estimate_minutes, "minute"),
                **values,
            )
        return self.env._(
            "Balance: %(balance)s can be used today; the next work on this ticket "
            "takes %(needed)s. Missing: %(missing)s.",
            **values,
        )

    def _explain_support_uncovered_policy(self):
        """Say what becomes of what the packs do not cover, before it happens."""
        self.ensure_one()
        kind = self.support_account_id.policy_id.uncovered_policy
        if kind == "invoice":
            return self.env._("What no pack covers is invoiced at the list price.")
        return self.env._("What no pack covers waits for the client's next pack.")

    def _explain_support_cap(self):
        self.ensure_one()
        words, unit = self.env["support.explanation"], self.support_unit
        account = self.support_account_id
        return self.env._(
            "Not covered: %(uncovered)s of this client are neither paid by a pack nor "
            "invoiced yet. From %(cap)s on, no new work starts.",
            uncovered=words.format_long(account.open_uncovered, unit),
            cap=words.format_long(account.policy_id.uncovered_cap, unit),
        )

    def _explain_support_estimate_missing(self):
        self.ensure_one()
        return self.env._(
            "Accepted estimate (min): requests of the type “%(type)s” begin when the "
            "client has accepted an estimate. Enter its minutes.",
            type=self.support_request_type_id.name,
        )

    def _explain_packs_to_buy(self, shortage):
        """Name what the client could buy, the smallest pack that suffices first."""
        self.ensure_one()
        packs = self._get_packs_to_offer(shortage)
        if not packs:
            return self.env._(
                "No product sells packs of the policy “%(policy)s”.",
                policy=self.support_policy_id.name,
            )
        names = [
            f"{pack.display_name} ({pack.support_quantity_text})"
            for pack in packs[:NAMED_PRODUCTS]
        ]
        return self.env._(
            "To go on, the client can buy %(packs)s.",
            packs=format_list(self.env, names, style="or"),
        )
