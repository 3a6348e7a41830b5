"""An accountant invoices work that no pack covers, from the list to the posted invoice.

Once in English and once in Spanish, each with a client of its own, who then reads on
the ticket's page where it was invoiced. The pictures are those of the docs.
"""

import pytest
from backoffice import open_action, press
from pictures import take
from reading import PHONE, assert_only_this_language

WORDS = {
    "en_US": {
        "client": "Lakeside Bikes Ltd",
        "login": "lakeside",
        "subject": "The basket forgets what was chosen",
        "amount": "75.00",
        "total": "90.75",
        "why": "20 min → minimum 60 min",
        "price": "per hour",
        "invoiced": "Invoiced",
        "posted": "Posted",
        "never": ["Ningún bono", "acturado", "por hora"],
    },
    "es_ES": {
        "client": "Bicicletas del Lago S. L.",
        "login": "lago",
        "subject": "La cesta olvida lo elegido",
        "amount": "75,00",
        "total": "90,75",
        "why": "20 min → mínimo de 60 min",
        "price": "por hora",
        "invoiced": "Ya se ha facturado",
        "posted": "Publicado",
        "never": ["Not covered", "Invoiced", "per hour", "Create"],
    },
}


@pytest.fixture(params=["en_US", "es_ES"])
def story(request, rpc, speaking):
    """A client without a pack, with 20 minutes of work on a ticket."""
    language = request.param
    words = {**WORDS[language], "lang": language}
    admin = rpc("admin")
    words["ticket"] = create_work(admin, words)
    with speaking(["contable"], language):
        yield words


def create_work(admin, words):
    """Make the client, its way into the portal, and what is to be invoiced."""
    [company] = admin("res.company", "search", [("name", "=", "Taller Web Norte")])
    client = admin(
        "res.partner",
        "create",
        {"name": words["client"], "is_company": True, "lang": words["lang"]},
    )
    person = admin(
        "res.partner",
        "create",
        {
            "name": words["login"],
            "parent_id": client,
            "email": f"{words['login']}@example.com",
            "lang": words["lang"],
        },
    )
    [portal] = admin("ir.model.data", "search_read", [("name", "=", "group_portal")])
    admin(
        "res.users",
        "create",
        {
            "login": words["login"],
            "password": words["login"],
            "partner_id": person,
            "company_id": company,
            "company_ids": [(6, 0, [company])],
            "group_ids": [(6, 0, [portal["res_id"]])],
            "lang": words["lang"],
        },
    )
    [team] = admin("helpdesk.ticket.team", "search", [("company_id", "=", company)])
    ticket = admin(
        "helpdesk.ticket",
        "create",
        {
            "name": words["subject"],
            "description": words["subject"],
            "partner_id": person,
            "company_id": company,
            "team_id": team,
        },
    )
    admin(
        "support.work",
        "create",
        {"ticket_id": ticket, "minutes": 20, "name": words["subject"]},
    )
    return ticket


def test_from_the_list_to_the_posted_invoice(story, new_page, login):
    locale = story["lang"].replace("_", "-")
    accountant = login(new_page(locale=locale), "contable")
    invoice_the_client(accountant, story)
    number = post_the_invoice(accountant, story)
    for size in ({}, PHONE):
        client = login(new_page(locale=locale, **size), story["login"])
        read_the_ticket(client, story, number)


def invoice_the_client(page, story):
    """Choose the client's charges, read the preview, create the draft."""
    open_action(page, "support_packs.support_charge_to_invoice_action")
    page.locator(".o_group_header").filter(has_text=story["client"]).click()
    row = page.locator(".o_data_row").filter(has_text=story["subject"])
    row.get_by_text(story["amount"]).wait_for()
    row.locator(".o_list_record_selector input").click()
    take(page, story, "accountant-to-invoice")
    press(page, "action_invoice", ".o_control_panel")
    preview = page.locator(".modal")
    preview.locator(".o_data_row").filter(has_text=story["amount"]).wait_for()
    take(page, story, "accountant-preview")
    assert_only_this_language(preview, story)
    press(page, "action_apply", ".modal")


def post_the_invoice(page, story):
    """The draft has ticket, arithmetic and amount; return the posted one's number."""
    lines = page.locator(".o_form_view [name=invoice_line_ids]")
    lines.get_by_text(story["subject"]).first.wait_for()
    text = lines.inner_text() + " ".join(
        area.input_value() for area in lines.locator("textarea").all()
    )
    for word in (story["why"], story["price"], story["amount"]):
        assert word in text.replace("\xa0", " "), f"{word} is not in: {text}"
    page.locator("[name=tax_totals]").get_by_text(story["total"]).first.wait_for()
    press(page, "action_post")
    page.locator(".o_statusbar_status .o_arrow_button_current").filter(
        has_text=story["posted"]
    ).wait_for()
    take(page, story, "accountant-invoice")
    number = page.locator(".o_form_view h1 [name=name]").first.inner_text().strip()
    press(page, "action_view_support_charges")
    page.locator(".o_data_row").filter(has_text=story["subject"]).wait_for()
    return number


def read_the_ticket(page, story, number):
    """The client reads that it was invoiced, and opens the invoice."""
    page.goto(f"/my/ticket/{story['ticket']}")
    block = page.locator(".o_support_charge")
    block.get_by_text(story["invoiced"]).first.wait_for()
    link = block.locator(".o_support_invoices a")
    assert link.inner_text().strip() == number
    assert_only_this_language(block, story)
    take(page, story, "client-invoiced")
    link.click()
    page.wait_for_url("**/my/invoices/*")
    page.get_by_text(number).first.wait_for()
