import logging
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.support_packs.demo import AGENCIES, events
from odoo.addons.support_packs.models.support_demo import SILENT

from ..demo import story

_logger = logging.getLogger(__name__)
# Weeks of duty, from the one that began last Monday.
WEEKS = 4


class SupportDemo(models.AbstractModel):
    """The part of the demo that needs urgencies, priorities and people on duty."""

    _inherit = "support.demo"

    @api.model
    def _load_urgency(self):
        """Add to the stories of packs, unless that was done: upgrades call it again."""
        if self._ref(f"client_{story.SHOP.key}"):
            _logger.info("The demo of urgencies is there already")
            return
        agencies = {agency.preset: agency for agency in AGENCIES}
        for agency in AGENCIES:
            # Loading a model again makes only what was not there: our parts.
            self._in_company(agency)._load_preset(agency)
        hours, tickets = agencies["hours_bono"], agencies["ticket_policy"]
        self._in_company(hours)._plan_duty(hours)
        self._in_company(hours)._tell_urgency(hours)
        self._in_company(tickets)._tell_quotas(tickets)

    @api.model
    def _in_company(self, agency):
        company = self._ref(agency.name("company"))
        demo = self.with_context(**SILENT, allowed_company_ids=company.ids)
        return demo.with_company(company)

    @api.model
    def _plan_duty(self, agency):
        """The technician and the manager take turns, a week each, from Monday at 9."""
        team = self._ref(agency.name("team"))
        people = (self._ref("user_tecnica"), self._ref("user_responsable"))
        company = self.env.company
        today = company.support_local_date()
        monday = today - timedelta(days=today.weekday())
        starts = [
            events.moment(monday + timedelta(weeks=week), "09:00", company.support_tz)
            for week in range(WEEKS + 1)
        ]
        self.env["support.oncall.shift"].create(
            [
                {
                    "team_id": team.id,
                    "user_id": people[week % 2].id,
                    "date_start": starts[week],
                    "date_end": starts[week + 1],
                }
                for week in range(WEEKS)
            ]
        )

    @api.model
    def _tell_urgency(self, agency):
        """The checkout fails; its client accepts the surcharge; 20 minutes cost 90."""
        self._create_client(agency, story.SHOP)
        self._sell(agency, story.SHOP_PURCHASE)
        ticket = self._open_ticket(agency, story.URGENT_TICKET)
        contact = self._ref(f"contact_{story.SHOP.key}")
        user = self._ref(f"user_{story.SHOP.login}")
        accepted = self._get_moment(story.URGENT_TICKET.days, "09:05")
        offer = ticket._get_support_urgency_offer()
        terms = ticket.support_account_id.policy_id._get_urgent_terms()
        consent = ticket._accept_support_urgency(
            {
                **ticket.with_user(user).sudo()._prepare_support_consent(offer, terms),
                "partner_id": contact.id,
                "channel": "portal",
                "evidence": self.env._(
                    "Accepted with the button on the page of the ticket, as %(login)s.",
                    login=user.login,
                ),
                "accepted_at": accepted,
            }
        )
        self.env["support.terms.acceptance"]._accept(
            terms, contact, "urgency", record=consent
        )
        self.env["support.work"].create(
            {
                "ticket_id": ticket.id,
                "user_id": self._ref("user_tecnica").id,
                "date": fields.Datetime.add(accepted, minutes=10),
                "minutes": story.URGENT_WORK.minutes,
                "name": story.URGENT_WORK.text,
            }
        )

    @api.model
    def _tell_quotas(self, agency):
        """A policy of 15 events, some of each priority used."""
        self._create_client(agency, story.DISTRIBUTOR)
        self._sell(agency, story.DISTRIBUTOR_PURCHASE)
        for event in story.EVENTS.values():
            self._serve(agency, event)

    @api.model
    def _open_ticket(self, agency, event):
        ticket = super()._open_ticket(agency, event)
        ticket.support_received_at = ticket.create_date
        priorities = self._get_policy(agency).priority_ids
        codes = {one.key: code for code, one in story.EVENTS.items()}
        code = codes.get(event.key) or story.PRIORITIES.get(event.key)
        priority = priorities.filtered(lambda one: one.code == code)
        if priority:
            ticket.support_priority_id = priority
        ticket._set_support_targets()
        return ticket

    @api.model
    def _close_ticket(self, ticket, event):
        """Its answer was the first one and the solution, on the day it is dated."""
        res = super()._close_ticket(ticket, event)
        ticket.support_responded_at = ticket.closed_date
        ticket.support_response_minutes = ticket._count_support_response()
        ticket.support_target_ids._end(ticket.closed_date, reached=True)
        return res
