import base64
import logging

from odoo import Command, api, models
from odoo.tools import file_open

from ..demo import events, story

_logger = logging.getLogger(__name__)

# Login and role of the people of the demo; each password is the login. Plain literals,
# because the launcher reads this file without Odoo.
DEMO_LOGINS = [
    ("tecnica", "technician"),
    ("responsable", "support manager"),
    ("contable", "accountant"),
    ("cliente", "client with a pack"),
    ("bodegas", "client without a pack"),
]

# External names of the demo. Not the add-on's own: uninstalling it would delete users
# and products, and try to delete orders, invoices and tickets, which are not ours.
DEMO_NAMES = "support_packs_demo"

# Login: name, groups, and the page to begin with.
STAFF = {
    "tecnica": (
        "Lucía Romero",
        ["helpdesk_mgmt.group_helpdesk_user"],
        "helpdesk_mgmt.helpdesk_my_tickets_action",
    ),
    "responsable": (
        "Javier Ortega",
        [
            "helpdesk_mgmt.group_helpdesk_manager",
            "sales_team.group_sale_salesman_all_leads",
            # Core's invoice form shows payments, which salespeople may not read.
            "account.group_account_invoice",
        ],
        "helpdesk_mgmt.helpdesk_ticket_dashboard_action",
    ),
    "contable": (
        "Pilar Vega",
        ["account.group_account_invoice"],
        "account.action_move_out_invoice",
    ),
}

# Nothing is mailed, nothing is tracked, nobody is asked for a password.
SILENT = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "no_reset_password": True,
}


class SupportDemo(models.AbstractModel):
    """Builds the story of the demo, with the dates that it needs.

    Python and not XML, because orders are confirmed, invoices posted and paid, and
    work is logged in the order in which it happened: the ledger only grows.
    """

    _name = "support.demo"
    _description = "Support Demo Data"

    @api.model
    def _load(self):
        """Tell the story, unless it was told: an upgrade calls this again."""
        if self._ref("company"):
            _logger.info("The demo company is there already: nothing to do")
            return
        company = self._create_company()
        demo = self.with_context(**SILENT, allowed_company_ids=company.ids)
        demo._load_chart()
        demo._create_staff()
        demo._create_policy()
        demo._create_products()
        demo._create_team()
        demo._create_clients()
        demo._tell_story()
        demo._open_for_admin()

    # === NAMES AND DATES === #

    @api.model
    def _ref(self, name):
        """Return a record of the demo by its name, or None."""
        return self.env.ref(f"{DEMO_NAMES}.{name}", raise_if_not_found=False)

    @api.model
    def _create(self, name, model, values):
        """Create a record of the demo under a name of its own."""
        return self._name_record(name, self.env[model].create(values))

    @api.model
    def _name_record(self, name, record):
        """Give a record an external name that upgrades leave alone."""
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"{DEMO_NAMES}.{name}",
                    "record": record,
                    "noupdate": True,
                }
            ]
        )
        return record

    @api.model
    def _get_day(self, days):
        """Return the date so many working days before today."""
        return events.working_day(self.env.company.support_local_date(), days)

    @api.model
    def _get_moment(self, days, at):
        """Return the naive UTC moment of a local time on an earlier working day."""
        return events.moment(self._get_day(days), at, self.env.company.support_tz)

    @api.model
    def _get_lang(self):
        """Return the language of the people: Spanish where it is installed."""
        installed = dict(self.env["res.lang"].get_installed())
        return "es_ES" if "es_ES" in installed else "en_US"

    @api.model
    def _prepare_address(self, values):
        """Return partner or company values of a Spanish address of the story."""
        values = dict(values)
        values["state_id"] = self.env.ref(f"base.state_es_{values.pop('state')}").id
        return {**values, "country_id": self.env.ref("base.es").id}

    # === THE AGENCY === #

    @api.model
    def _create_company(self):
        """Create the company; its country must not install localisations by itself.

        Odoo does that when a company with a country appears in a running database,
        and it cannot be done while demo data load.
        """
        silent = self.with_context(**SILENT, chart_template_load=True)
        values = {
            **self._prepare_address(story.COMPANY),
            "currency_id": self.env.ref("base.EUR").id,
            "logo": self._read_logo(),
            "primary_color": "#17566b",
            "secondary_color": "#c67a14",
            "support_tz": "Europe/Madrid",
            "helpdesk_mgmt_portal_select_team": True,
            "helpdesk_mgmt_portal_team_id_required": True,
            "external_report_layout_id": self.env.ref(
                "web.external_layout_standard"
            ).id,
        }
        if "iap_enrich_auto_done" in self.env["res.company"]._fields:
            # Else Odoo asks a service on the internet about the company's domain.
            values["iap_enrich_auto_done"] = True
        company = silent._create("company", "res.company", values)
        company.partner_id.write({"lang": self._get_lang(), "tz": "Europe/Madrid"})
        return company

    @api.model
    def _read_logo(self):
        with file_open("support_packs/demo/logo.png", "rb") as logo:
            return base64.b64encode(logo.read())

    @api.model
    def _load_chart(self):
        """Load the Spanish chart of accounts if it is there, else the generic one.

        ``_load`` and not ``try_loading``, which warns while modules are installed.
        """
        company = self.env.company
        localisation = self.env["ir.module.module"].search_count(
            [("name", "=", "l10n_es"), ("state", "in", ("installed", "to upgrade"))]
        )
        self.env["account.chart.template"]._load(
            "es_pymes" if localisation else "generic_coa", company, install_demo=False
        )
        # The generic chart brings its own currency; nothing is posted yet.
        company.currency_id = self.env.ref("base.EUR")

    @api.model
    def _create_staff(self):
        for login, (name, groups, home) in STAFF.items():
            values = {
                "name": name,
                "email": f"{login}@tallerwebnorte.example",
                "group_ids": [
                    Command.set([self.env.ref(group).id for group in groups])
                ],
                "action_id": self.env.ref(home).id,
            }
            if "odoobot_state" in self.env["res.users"]._fields:
                # Else its greeting opens before anything else.
                values["odoobot_state"] = "disabled"
            self._create_user(login, values)

    @api.model
    def _create_user(self, login, values):
        """Create a user of the demo company whose password is the login."""
        company = self.env.company
        return self._create(
            f"user_{login}",
            "res.users",
            {
                "login": login,
                "password": login,
                "lang": self._get_lang(),
                "tz": "Europe/Madrid",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                **values,
            },
        )

    @api.model
    def _create_policy(self):
        """Create ``hours_bono`` [000]: at least 1 hour a ticket, then real minutes."""
        company = self.env.company
        overage = self._create(
            "hour",
            "product.product",
            {
                **self._prepare_service("Hora de soporte", 75),
                "uom_id": self.env.ref("uom.product_uom_hour").id,
                "support_unit": "minute",
                "support_quantity": 60,
            },
        )
        policy = self.env["support.policy"].create(
            {
                "name": "Bonos de horas",
                "code": "hours_bono",
                "company_id": company.id,
                "unit": "minute",
                "debit_on": "work",
                "uncovered_policy": "invoice",
                "urgent_percent": 50,
                "overage_product_id": overage.id,
            }
        )
        self.env["support.request.type"].create(
            {
                "policy_id": policy.id,
                "name": "Soporte",
                "code": "support",
                "minimum": 60,
            }
        )

    @api.model
    def _get_policy(self):
        """Return the policy: without an external name, for its table goes with us."""
        return self.env["support.policy"].search(
            [("company_id", "=", self.env.company.id), ("code", "=", "hours_bono")]
        )

    @api.model
    def _create_products(self):
        policy = self._get_policy()
        for hours, price in ((30, 1800), (50, 2750), (80, 4000)):
            values = {
                **self._prepare_service(f"Bono {hours} h", price),
                "support_is_pack": True,
                "support_unit": "minute",
                "support_quantity": hours * 60,
                "support_expiry": "purchase",
                "support_expiry_months": 12,
                "support_grant_on": "paid",
                "support_policy_id": policy.id,
            }
            self._create(f"bono_{hours}", "product.product", values)

    @api.model
    def _prepare_service(self, name, price):
        """Return the values of a service of the company, with its tax."""
        return {
            "name": name,
            "type": "service",
            "list_price": price,
            "invoice_policy": "order",
            "purchase_ok": False,
            "company_id": self.env.company.id,
            "taxes_id": [Command.set(self._get_tax().ids)],
        }

    @api.model
    def _get_tax(self):
        """Return the tax on services: 21 % in Spain, else what the chart proposes."""
        company = self.env.company
        name = f"account.{company.id}_account_tax_template_s_iva21s"
        tax = self.env.ref(name, raise_if_not_found=False)
        return tax or company.account_sale_tax_id

    @api.model
    def _create_team(self):
        """Create the one team; the portal form then offers it, already chosen."""
        technician = self._ref("user_tecnica")
        manager = self._ref("user_responsable")
        self._create(
            "team",
            "helpdesk.ticket.team",
            {
                "name": "Soporte web",
                "company_id": self.env.company.id,
                "user_id": manager.id,
                "user_ids": [Command.set((technician + manager).ids)],
                "support_policy_id": self._get_policy().id,
                "show_in_portal": True,
            },
        )

    @api.model
    def _open_for_admin(self):
        """Let the administrator in, and start there: this is what there is to see."""
        company = self.env.company
        admin = self.env.ref("base.user_admin")
        admin.write(
            {"company_ids": [Command.link(company.id)], "company_id": company.id}
        )
