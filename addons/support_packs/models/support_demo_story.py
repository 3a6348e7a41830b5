from odoo import Command, api, fields, models

from ..demo import events


class SupportDemo(models.AbstractModel):
    _inherit = "support.demo"

    # === THE CLIENTS === #

    @api.model
    def _create_clients(self, agency):
        buyers = {purchase.client for purchase in agency.purchases}
        for client in agency.clients:
            partner = self._create_client(agency, client)
            policy = self._get_policy(agency)
            if client.key in agency.applicants or (
                policy.needs_qualification and client.key in buyers
            ):
                self._apply(policy, partner, is_approved=client.key in buyers)

    @api.model
    def _apply(self, policy, partner, is_approved):
        """Ask for the agency's OK before the first purchase [002]."""
        application = self.env["support.qualification"].create(
            {
                "partner_id": partner.id,
                "policy_id": policy.id,
                "description": "Tenemos una tienda en línea pequeña y buscamos quien "
                "la mantenga al día y nos ayude cuando algo falla.",
            }
        )
        if is_approved:
            application.action_approve()

    @api.model
    def _create_client(self, agency, client):
        common = {"company_id": self.env.company.id, "lang": self._get_lang()}
        partner = self._create(
            f"client_{client.key}",
            "res.partner",
            {
                **self._prepare_address(client.company, agency.country),
                **common,
                "is_company": True,
                "user_id": self._ref("user_responsable").id,
            },
        )
        contact = self._create(
            f"contact_{client.key}",
            "res.partner",
            {**client.contact, **common, "parent_id": partner.id},
        )
        if client.login:
            portal = self.env.ref("base.group_portal")
            values = {
                "partner_id": contact.id,
                "group_ids": [Command.set(portal.ids)],
                "tz": agency.tz,
            }
            self._create_user(client.login, values)
        return partner

    # === WHAT HAPPENED === #

    @api.model
    def _tell_story(self, agency):
        for event in agency.timeline():
            if isinstance(event, events.Purchase):
                self._sell(agency, event)
            else:
                self._serve(agency, event)
        self._expire_packs()

    @api.model
    def _sell(self, agency, purchase):
        """Quotation, order, invoice, payment: the pack is active since that day."""
        product = self._ref(agency.name(purchase.product))
        order = self._create(
            purchase.key,
            "sale.order",
            {
                "partner_id": self._ref(f"client_{purchase.client}").id,
                "user_id": self._ref("user_responsable").id,
                "order_line": [Command.create({"product_id": product.id})],
            },
        )
        order.action_confirm()
        order.date_order = self._get_moment(purchase.days, "09:00")
        day = self._get_day(purchase.days)
        invoice = self._name_record(f"{purchase.key}_invoice", order._create_invoices())
        invoice.invoice_date = day
        invoice.action_post()
        # The payment below would activate it today.
        order.order_line.support_pack_ids._activate(day=day)
        self._pay(invoice, day)

    @api.model
    def _pay(self, invoice, day):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create({"payment_date": day})._create_payments()

    @api.model
    def _serve(self, agency, event):
        """Open a ticket, log its work, and close it if it was answered."""
        ticket = self._open_ticket(agency, event)
        if ticket.support_debit_on == "acceptance" and event.works:
            ticket.support_admitted_at = self._get_moment(event.days, "08:50")
            ticket.action_support_admit()
        for work in event.works:
            self.env["support.work"].create(
                {
                    "ticket_id": ticket.id,
                    "user_id": ticket.user_id.id,
                    "date": self._get_moment(work.days, work.at),
                    "minutes": work.minutes,
                    "name": work.text,
                }
            )
        if event.answer:
            self._close_ticket(ticket, event)

    @api.model
    def _open_ticket(self, agency, event):
        """Open a ticket as the portal does; taken over if there is work on it."""
        contact = self._ref(f"contact_{event.client}")
        technician = self._ref("user_tecnica") if event.works else False
        stage = "in_progress" if event.works else "new"
        opened = self._get_moment(event.days, "08:45")
        ticket = self._create(
            event.key,
            "helpdesk.ticket",
            {
                "name": event.subject,
                "description": event.text,
                "partner_id": contact.id,
                "partner_name": contact.name,
                "partner_email": contact.email,
                "team_id": self._ref(agency.name("team")).id,
                "company_id": self.env.company.id,
                "channel_id": self.env.ref(
                    "helpdesk_mgmt.helpdesk_ticket_channel_web"
                ).id,
                "user_id": technician and technician.id,
                "assigned_date": technician and opened,
                "stage_id": self.env.ref(
                    f"helpdesk_mgmt.helpdesk_ticket_stage_{stage}"
                ).id,
                "last_stage_update": opened,
            },
        )
        if event.kind:
            types = self._get_policy(agency).request_type_ids
            ticket.support_request_type_id = types.filtered(
                lambda request_type: request_type.code == event.kind
            )
        ticket.message_subscribe((contact + ticket.user_id.partner_id).ids)
        self._backdate(ticket, opened)
        return ticket

    @api.model
    def _backdate(self, ticket, moment):
        """Say when a ticket was opened; the ORM keeps that column to itself."""
        ticket.flush_recordset()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s WHERE id = %s",
            [moment, ticket.id],
        )
        ticket.invalidate_recordset(["create_date"])

    @api.model
    def _close_ticket(self, ticket, event):
        """Answer the client and close, half an hour after the last work ended."""
        last = event.works[-1]
        done = fields.Datetime.add(
            self._get_moment(last.days, last.at), minutes=last.minutes + 30
        )
        # Not message_post, which would notify by e-mail.
        self.env["mail.message"].create(
            {
                "model": ticket._name,
                "res_id": ticket.id,
                "body": event.answer,
                "author_id": ticket.user_id.partner_id.id,
                "email_from": ticket.user_id.email_formatted,
                "message_type": "comment",
                "subtype_id": self.env.ref("mail.mt_comment").id,
                "date": done,
            }
        )
        ticket.stage_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        ticket.write({"closed_date": done, "last_stage_update": done})

    @api.model
    def _expire_packs(self):
        """Post what expired, as the hourly job would, but without its commits."""
        packs = self.env["support.pack"].search(
            [("company_id", "=", self.env.company.id), ("state", "=", "active")]
        )
        packs.filtered(lambda pack: pack._is_over())._expire()
