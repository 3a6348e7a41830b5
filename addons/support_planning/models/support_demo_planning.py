import logging
from datetime import timedelta

from odoo import Command, api, models

from odoo.addons.support_packs.demo import AGENCIES, events
from odoo.addons.support_packs.models.support_demo import SILENT

from ..demo.story import STORIES

_logger = logging.getLogger(__name__)
# When the people of the demo work, from Monday to Friday.
HOURS = ((9, 14), (15, 18))
WORKING_DAYS = range(5)


class SupportDemo(models.AbstractModel):
    """The part of the demo that needs estimates, and people with working hours."""

    _inherit = "support.demo"

    @api.model
    def _load_planning(self):
        """Add to the stories of packs, unless that was done: upgrades call it again."""
        agencies = {agency.preset: agency for agency in AGENCIES}
        for story in STORIES:
            agency = agencies[story.preset]
            company = self._ref(agency.name("company"))
            if not company or self._ref(f"client_{story.clients[0].key}"):
                _logger.info("The demo has this queue already: %s", story.preset)
                continue
            demo = self.with_context(**SILENT, allowed_company_ids=company.ids)
            demo.with_company(company)._tell_planning(agency, story)

    @api.model
    def _tell_planning(self, agency, story):
        # Loading a model again makes only what was not there: our parts. sudo: the
        # stories are told by the system.
        self.env["support.preset"].sudo()._load(agency.preset, self.env.company)
        team = self._ref(agency.name("team"))
        self._employ(team, story)
        for client in story.clients:
            self._welcome(agency, client)
        for purchase in sorted(story.purchases, key=lambda one: -one.days):
            if purchase.key in story.unpaid:
                self._sell_on_credit(agency, purchase)
            else:
                self._sell(agency, purchase)
        for estimate in story.estimates:
            self._estimate(agency, estimate)
        team._look_ahead()

    # === THE PEOPLE === #

    @api.model
    def _employ(self, team, story):
        """Give people their hours, the manager half a job, and a technician a leave."""
        technician, manager = self._ref("user_tecnica"), self._ref("user_responsable")
        company = self.env.company
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Jornada partida",
                "company_id": company.id,
                "tz": company.support_tz,
                "attendance_ids": self._prepare_hours(),
            }
        )
        resources = self.env["resource.resource"].create(
            [
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": company.id,
                    "calendar_id": calendar.id,
                    "tz": company.support_tz,
                }
                for user in technician + manager
            ]
        )
        self.env["support.plan.member"].create(
            {
                "team_id": team.id,
                "user_id": manager.id,
                "share_percent": story.share,
            }
        )
        monday = self._get_planned_monday(team)
        first, last = (monday + timedelta(days=day) for day in story.away)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Vacaciones",
                "resource_id": resources[0].id,
                "calendar_id": calendar.id,
                "company_id": company.id,
                "date_from": events.moment(first, "00:00", company.support_tz),
                "date_to": events.moment(last, "23:59", company.support_tz),
            }
        )

    @api.model
    def _prepare_hours(self):
        labels = self.env["resource.calendar.attendance"]._fields["dayofweek"]
        days = dict(labels._description_selection(self.env))
        return [
            Command.create(
                {
                    "name": days[str(day)],
                    "dayofweek": str(day),
                    "hour_from": start,
                    "hour_to": end,
                    "day_period": period,
                }
            )
            for day in WORKING_DAYS
            for period, (start, end) in zip(
                ("morning", "afternoon"), HOURS, strict=True
            )
        ]

    @api.model
    def _get_planned_monday(self, team):
        """Return the Monday of the week that the next cut-off is for."""
        return team._get_week_after_cutoff() + timedelta(weeks=1)

    # === THE CLIENTS === #

    @api.model
    def _welcome(self, agency, client):
        partner = self._create_client(agency, client)
        policy = self._get_policy(agency)
        if policy.needs_qualification:
            self._apply(policy, partner, is_approved=True)

    @api.model
    def _sell_on_credit(self, agency, purchase):
        """Quotation, order, invoice, and nobody pays: support is on hold."""
        product = self._ref(agency.name(purchase.product))
        partner = self._ref(f"client_{purchase.client}")
        order = self._create(
            purchase.key,
            "sale.order",
            {
                "partner_id": partner.id,
                "user_id": self._ref("user_responsable").id,
                "order_line": [Command.create({"product_id": product.id})],
            },
        )
        order.action_confirm()
        order.date_order = self._get_moment(purchase.days, "09:00")
        invoice = self._name_record(f"{purchase.key}_invoice", order._create_invoices())
        invoice.invoice_date = invoice.invoice_date_due = self._get_day(purchase.days)
        invoice.action_post()
        account = self.env["support.account"]._find(partner, self.env.company)
        account._follow_unpaid()
        # It has been so for a while: the client is not told today.
        self.env["mail.mail"].search(
            [
                ("model", "=", "support.hold"),
                ("res_id", "in", account._get_unpaid_hold().ids),
            ]
        ).unlink()

    # === WHAT WAS ESTIMATED === #

    @api.model
    def _estimate(self, agency, event):
        """Answer a request with an estimate; its client accepted, or thinks it over."""
        if isinstance(event.ticket, str):
            ticket = self._ref(event.ticket)
            if not ticket or ticket._get_support_merged_into() or ticket.closed:
                # Somebody worked on it, in a demo that was there before.
                return
        else:
            ticket = self._open_ticket(agency, event.ticket)
        estimate = self.env["support.estimate"].create(
            {"ticket_id": ticket.id, "minutes": event.minutes, "note": event.note}
        )
        estimate._store(
            {
                "state": "sent",
                "sent_at": self._get_moment(event.sent, "16:00"),
                "sent_by_id": self._ref("user_tecnica").id,
                "message_before": max(ticket.message_ids.ids, default=0),
                "valid_until": self._get_last_day(estimate, event),
            }
        )
        estimate._store(estimate._prepare_sent())
        if event.accepted is not None:
            self._accept(estimate, self._get_moment(event.accepted, event.at))
        if event.waits:
            self._ask_client(ticket, event)

    @api.model
    def _get_last_day(self, estimate, event):
        policy = estimate.account_id.policy_id
        return self._get_day(event.sent) + timedelta(days=policy.estimate_days)

    @api.model
    def _accept(self, estimate, moment):
        """Have the ticket's contact accept: without the mails that would go out now."""
        ticket = estimate.ticket_id
        contact = ticket.partner_id
        estimate._store(
            {
                "state": "accepted",
                "accepted_at": moment,
                "accepted_by": contact.id,
                "accepted_user_id": contact.user_ids[:1].id,
                "channel": "portal" if contact.user_ids else "link",
                "evidence": self.env._("Accepted with the button of its page."),
            }
        )
        ticket._hold_support_estimate(estimate)
        self.env["support.terms.acceptance"]._accept(
            estimate.terms_id, contact, "estimate", record=estimate
        )

    @api.model
    def _ask_client(self, ticket, event):
        """The client still owes us something: it is in the stage that says so."""
        ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_awaiting")
        asked = self._get_moment(event.accepted - 1, "10:00")
        ticket.last_stage_update = asked
