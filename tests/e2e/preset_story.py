"""From an empty company to a debited ticket: what the tests of the models share.

An empty company has a name, a currency, a chart of accounts where it sells something,
a manager, a technician, and a client who can log in: no policy, no product, no team.
The rest is done in the browser.
"""

import contextlib
from dataclasses import dataclass, field

from backoffice import choose, choose_row, open_action, press, save, write
from pictures import take
from reading import assert_only_this_language

MANAGER = (
    ("helpdesk_mgmt", "group_helpdesk_manager"),
    ("sales_team", "group_sale_salesman_all_leads"),
    ("account", "group_account_invoice"),
)
TECHNICIAN = (("helpdesk_mgmt", "group_helpdesk_user"),)
PORTAL = (("base", "group_portal"),)

# What people read on the way, whatever the model.
COMMON = {
    "en_US": {
        "exists": "Exists, left alone",
        "new": "Will be made",
        "nothing": "Everything of this model is there already",
        "active": "Active",
        "done": "Done",
        "never": ["Saldo", "Movimientos", "aduca", "mínimo", "Descuent"],
    },
    "es_ES": {
        "exists": "Existe, no se toca",
        "new": "Se creará",
        "nothing": "Todo lo de este modelo ya existe",
        "active": "Activo",
        "done": "Hecho",
        "never": ["Balance", "xpires", "Charged", "minimum", "Work"],
    },
}


@dataclass
class Story:
    """One run: the model, the language, the people, and the pages they have open."""

    code: str
    lang: str
    login: object
    new_page: object
    # What tells two stories of one model apart.
    key: str = ""
    company: int = 0
    words: dict = field(default_factory=dict)

    def __getitem__(self, name):
        return {**COMMON[self.lang], **self.words, "lang": self.lang}[name]

    @property
    def name(self):
        return self.key or self.code

    @property
    def client(self):
        return f"Cliente {self.name}"

    def user(self, role):
        return f"{role}_{self.name}"

    def browse(self, role):
        """Open a page of somebody of this story, logged in."""
        locale = self.lang.replace("_", "-")
        return self.login(self.new_page(locale=locale), self.user(role))


@contextlib.contextmanager
def telling(
    rpc, login, new_page, code, lang, *, key="", currency="EUR", chart=True, **words
):
    """Make the empty company and its people, and return the story."""
    story = Story(code, lang, login, new_page, key=key, words=words)
    admin = rpc("admin")
    make_company(admin, story, currency, chart)
    make_people(admin, story)
    yield story


def make_company(admin, story, currency, chart):
    """Without a country: with one, Odoo would install its localisation now."""
    [money] = admin(
        "res.currency",
        "search",
        [("name", "=", currency)],
        context={"active_test": False},
    )
    story.company = admin(
        "res.company",
        "create",
        {
            "name": f"Empresa {story.name}",
            "currency_id": money,
            # Its mails have a sender.
            "email": f"{story.name}@agency.example",
        },
    )
    if not chart:
        return
    context = {"allowed_company_ids": [story.company]}
    settings = admin(
        "res.config.settings",
        "create",
        {"chart_template": "generic_coa"},
        context=context,
    )
    admin("res.config.settings", "execute", [settings], context=context)
    # The chart has a currency of its own.
    admin("res.company", "write", [story.company], {"currency_id": money})


def make_people(admin, story):
    shared = {
        "lang": story.lang,
        "company_id": story.company,
        "company_ids": [(6, 0, [story.company])],
    }

    def user(role, groups, **values):
        login = story.user(role)
        ids = [
            admin("ir.model.data", "search_read", _name(*group), ["res_id"])[0]
            for group in groups
        ]
        admin(
            "res.users",
            "create",
            {
                "login": login,
                "password": login,
                "group_ids": [(6, 0, [one["res_id"] for one in ids])],
                **shared,
                **values,
            },
        )

    user("manager", MANAGER, name="Javier")
    user("technician", TECHNICIAN, name="Lucía")
    partner = {"lang": story.lang}
    firm = admin(
        "res.partner", "create", {"name": story.client, "is_company": True, **partner}
    )
    person = {"name": "Marta", "parent_id": firm, "email": f"{story.name}@example.com"}
    contact = admin("res.partner", "create", {**person, **partner})
    user("client", PORTAL, partner_id=contact)


def _name(module, name):
    return [("module", "=", module), ("name", "=", name)]


# === THE MANAGER === #


def load_model(page, story):
    """From the empty list of policies: choose, read what will be made, load."""
    open_preset(page, story)
    modal = page.locator(".modal")
    modal.get_by_text(story["summary"]).first.wait_for()
    for text in story["preview"]:
        modal.locator(".o_data_row").filter(has_text=text).first.wait_for()
    states = modal.locator(".o_data_row [name=state]").all_inner_texts()
    assert story["new"] in states
    assert_only_this_language(modal, story)
    take(page, story, f"preset-{story.code}")
    press(page, "action_load", ".modal")
    modal.wait_for(state="detached")
    page.locator(".o_form_view [name=name] input").first.wait_for()
    shown = page.locator(".o_form_view [name=name] input").first.input_value()
    assert shown == story["policy"]
    take(page, story, f"policy-{story.code}")


def open_preset(page, story):
    open_action(page, "support_packs.support_policy_action")
    page.locator("a.o_support_load_model").click()
    choose_preset(page, story)


def choose_preset(page, story):
    page.locator(".modal [name=preset] label").filter(has_text=story["policy"]).click()


def load_again(page, story):
    """A second time nothing is left to make."""
    page.goto("/odoo/action-support_packs.support_preset_wizard_action")
    choose_preset(page, story)
    modal = page.locator(".modal")
    modal.get_by_text(story["nothing"]).wait_for()
    states = modal.locator(".o_data_row [name=state]").all_inner_texts()
    assert set(states) == {story["exists"]}
    take(page, story, f"preset-again-{story.code}")


def sell(page, story):
    """Quotation, order, invoice, payment: the pack is active and full."""
    open_action(page, "sale.action_quotations", "new")
    choose(page, "partner_id", story.client)
    page.locator("[name=order_line] .o_field_x2many_list_row_add a").first.click()
    choose(page, "product_template_id", story["product"], ".o_selected_row")
    page.get_by_text(story["price"]).first.wait_for()
    save(page)
    press(page, "action_confirm")
    page.locator("button[name=action_view_support_packs]").wait_for()
    order = page.url
    page.locator("#create_invoice:visible, #create_invoice_percentage:visible").click()
    press(page, "create_invoices", ".modal")
    page.locator("[name=invoice_line_ids]").wait_for()
    press(page, "action_post")
    press(page, "action_register_payment")
    press(page, "action_create_payments", ".modal")
    page.locator(".modal").wait_for(state="detached")
    page.locator("button[name=action_register_payment]").wait_for(state="hidden")
    page.goto(order)
    press(page, "action_view_support_packs")
    page.get_by_text(story["active"], exact=True).first.wait_for()
    page.get_by_text(story["granted"]).first.wait_for()


def approve(page, story):
    """A new client sent a description before, by mail: it is approved at once."""
    open_action(page, "support_packs.support_qualification_action", "new")
    choose(page, "partner_id", story.client)
    choose(page, "policy_id", story["policy"])
    write(page, "description", story["description"])
    save(page)
    press(page, "action_approve")
    page.locator("button[name=action_approve]").wait_for(state="hidden")


# === THE CLIENT AND THE TECHNICIAN === #


def open_ticket(page, story):
    """The client writes it in the portal; the team is the one of the model."""
    page.goto("/my/tickets")
    page.locator("button[name=create_new_ticket]").first.click()
    page.fill("input[name=subject]", story["subject"])
    page.fill("textarea[name=description]", story["subject"])
    priorities = page.locator("input[name=support_priority]")
    if priorities.count():
        priorities.first.check()
    page.locator("form[action='/submitted/ticket'] button[type=submit]").click()
    page.wait_for_url("**/my/ticket/*")
    return page.url


def open_support(page, story):
    """The technician opens the ticket's page of support."""
    open_action(page, "helpdesk_mgmt.helpdesk_ticket_action")
    choose_row(page, story["subject"])
    page.locator(".o_form_view a[name=support]").click()


def log(page, minutes, text):
    page.locator("[name=support_work_ids] .o_field_x2many_list_row_add a").click()
    row = page.locator("[name=support_work_ids] .o_selected_row")
    row.locator("[name=name] input, [name=name] textarea").fill(text)
    row.locator("[name=minutes] input").fill(str(minutes))
    save(page)


def solve(page, story):
    """The later stages are behind the three dots."""
    page.locator(".o_statusbar_status button.dropdown-toggle:visible").first.click()
    page.locator(".dropdown-item").filter(has_text=story["done"]).first.click()
    page.locator(".o_statusbar_status .o_arrow_button_current").filter(
        has_text=story["done"]
    ).wait_for()


def see_charge(page, charged, balance):
    page.locator("[name=support_charge_text]").get_by_text(charged).wait_for()
    page.locator("[name=support_balance_text]").get_by_text(balance).first.wait_for()


def read_ticket(page, story, address, *texts):
    """The client reads the charge, why, and what is left."""
    page.goto(address)
    block = page.locator("#helpdesk_ticket_content")
    for text in texts:
        block.get_by_text(text).first.wait_for()
    assert_only_this_language(block, story)
    take(page, story, f"ticket-{story.code}")
