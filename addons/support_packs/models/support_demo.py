import base64
import logging

from odoo import Command, api, models
from odoo.tools import file_open

from ..demo import AGENCIES, events

_logger = logging.getLogger(__name__)

# Login and role of the people of the demo; each password is the login. Plain literals,
# because the launcher reads this file without Odoo.
DEMO_LOGINS = [
    ("tecnica", "technician"),
    ("responsable", "support manager"),
    ("contable", "accountant"),
    ("cliente", "client with a pack of hours"),
    ("bodegas", "client without a pack"),
    ("cliente_creditos", "client with credits"),
    ("cliente_minutos", "client with minutes"),
    ("cliente_justo", "client under fair use"),
    ("cliente_poliza", "client with a policy of tickets"),
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
        """Tell each story, unless it was told: an upgrade calls this again."""
        for agency in AGENCIES:
            if self._ref(agency.name("company")):
                _logger.info("The demo company is there already: %s", agency.preset)
                continue
            company = self._create_company(agency)
            demo = self.with_context(**SILENT, allowed_company_ids=company.ids)
            demo = demo.with_company(company)
            demo._load_chart(agency)
            demo._admit_staff(agency)
            demo._load_preset(agency)
            demo._create_clients(agency)
            demo._tell_story(agency)
        self._open_for_admin()

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
    def _prepare_address(self, values, country):
        """Return partner or company values of an address of the story."""
        values = dict(values)
        state = self.env.ref(f"base.state_{country}_{values.pop('state')}")
        return {
            **values,
            "state_id": state.id,
            "country_id": self.env.ref(f"base.{country}").id,
        }

    # === THE AGENCIES === #

    @api.model
    def _create_company(self, agency):
        """Create the company; its country must not install localisations by itself.

        Odoo does that when a company with a country appears in a running database,
        and it cannot be done while demo data load.
        """
        silent = self.with_context(**SILENT, chart_template_load=True)
        values = {
            **self._prepare_address(agency.company, agency.country),
            "currency_id": self.env.ref(f"base.{agency.currency}").id,
            "primary_color": "#17566b",
            "secondary_color": "#c67a14",
            "support_tz": agency.tz,
            "helpdesk_mgmt_portal_select_team": True,
            "helpdesk_mgmt_portal_team_id_required": True,
            "external_report_layout_id": self.env.ref(
                "web.external_layout_standard"
            ).id,
        }
        if agency == AGENCIES[0]:
            values["logo"] = self._read_logo()
        if "iap_enrich_auto_done" in self.env["res.company"]._fields:
            # Else Odoo asks a service on the internet about the company's domain.
            values["iap_enrich_auto_done"] = True
        company = silent._create(agency.name("company"), "res.company", values)
        company.partner_id.write({"lang": self._get_lang(), "tz": agency.tz})
        return company

    @api.model
    def _read_logo(self):
        with file_open("support_packs/demo/logo.png", "rb") as logo:
            return base64.b64encode(logo.read())

    @api.model
    def _load_chart(self, agency):
        """Load the agency's chart of accounts if it is there, else the generic one.

        ``_load`` and not ``try_loading``, which warns while modules are installed.
        """
        if not agency.chart:
            return
        company = self.env.company
        localisation = self.env["ir.module.module"].search_count(
            [("name", "=", "l10n_es"), ("state", "in", ("installed", "to upgrade"))]
        )
        code = agency.chart if localisation else "generic_coa"
        self.env["account.chart.template"]._load(code, company, install_demo=False)
        # The generic chart brings its own currency; nothing is posted yet.
        company.currency_id = self.env.ref(f"base.{agency.currency}")
        if code == "generic_coa" and agency.chart == code and agency.vat:
            company.account_sale_tax_id.write(
                {"name": f"IVA {agency.vat} %", "amount": agency.vat}
            )
            # Everybody who is not American would be a foreigner to it.
            foreign = self.env["account.fiscal.position"]
            foreign.search([("company_id", "=", company.id)]).auto_apply = False

    @api.model
    def _admit_staff(self, agency):
        """Let the staff work in the company; the first story creates them."""
        company = self.env.company
        if agency == AGENCIES[0]:
            self._create_staff()
        for login in STAFF:
            user = self._ref(f"user_{login}")
            user.company_ids = [Command.link(company.id)]
        admin = self.env.ref("base.user_admin")
        admin.company_ids = [Command.link(company.id)]

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
    def _load_preset(self, agency):
        """Load the support model; its team is the staff, its services have their tax.

        What is of a model of ours gets no external name: its table goes with us.
        """
        # sudo: the stories are told by the system.
        records, _made = (
            self.env["support.preset"].sudo()._load(agency.preset, self.env.company)
        )
        for key, record in records.items():
            kind, _slash, code = key.partition("/")
            if kind == "product":
                self._name_record(agency.name(code), record)
                record.taxes_id = [Command.set(self._get_tax().ids)]
        team = self._name_record(agency.name("team"), records["team"])
        technician, manager = self._ref("user_tecnica"), self._ref("user_responsable")
        members = technician + manager
        team.write({"user_id": manager.id, "user_ids": [Command.set(members.ids)]})
        if agency.team:
            for lang, _name in self.env["res.lang"].get_installed():
                team.with_context(lang=lang).name = agency.team

    @api.model
    def _get_policy(self, agency):
        """Return the policy of a story."""
        return self.env["support.policy"].search(
            [("company_id", "=", self.env.company.id), ("code", "=", agency.preset)]
        )

    @api.model
    def _get_tax(self):
        """Return the tax on services: 21 % in Spain, else what the chart proposes."""
        company = self.env.company
        name = f"account.{company.id}_account_tax_template_s_iva21s"
        tax = self.env.ref(name, raise_if_not_found=False)
        return tax or company.account_sale_tax_id

    @api.model
    def _open_for_admin(self):
        """Let the administrator start in the first company: it has most to see."""
        company = self._ref("company")
        admin = self.env.ref("base.user_admin")
        admin.write(
            {"company_ids": [Command.link(company.id)], "company_id": company.id}
        )
