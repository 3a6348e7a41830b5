"""An overdue invoice holds the client's support, and its payment sets it free.

Once in English and once in Spanish, each with a client of its own: the clock begins the
hold, the technician is refused and logs what was done, the manager approves it with a
reason, the client reads why and what to pay, the accountant registers the payment.
"""

import datetime

import pytest
from backoffice import open_action, press, save, write
from pictures import take
from reading import PHONE, assert_fits, assert_only_this_language

WORDS = {
    "en_US": {
        "client": "Harbour Lights Ltd",
        "contact": "Amy Stone",
        "login": "amy",
        "subject": "The checkout refuses every card",
        "work": "Repaired the checkout: the shop could sell nothing",
        "reason": "The shop stood still, it could not wait",
        "amount": "480.00",
        "title": "New work waits for your payment",
        "pay": "See and pay",
        "charged": "60 min",
        "never": ["pausa", "Vencida", "pago", "factura"],
    },
    "es_ES": {
        "client": "Floristería Azahar",
        "contact": "Rocío Marín",
        "login": "rocio",
        "subject": "La tienda rechaza todas las tarjetas",
        "work": "Pago de la tienda reparado: no se podía vender nada",
        "reason": "La tienda estaba parada y no podía esperar",
        "amount": "480,00",
        "title": "Los trabajos nuevos esperan su pago",
        "pay": "Ver y pagar",
        "charged": "60 min",
        "never": ["hold", "Due on", "waits", "invoice", "Work", "Approve"],
    },
}
STAFF = ["tecnica", "responsable", "contable"]
HOLD = ".o_support_hold_unpaid"


@pytest.fixture(params=["en_US", "es_ES"])
def story(request, rpc, speaking):
    """A client with a pack, a ticket and an invoice that is overdue since last week."""
    language = request.param
    words = {**WORDS[language], "lang": language}
    admin = rpc("admin")
    company = admin("res.company", "search", [("name", "=", "Taller Web Norte")])[0]
    client, contact = create_client(admin, words, company)
    create_pack(admin, words, company, client)
    words["ticket"] = create_ticket(admin, words, company, contact)
    words["invoice"], words["number"] = create_invoice(admin, company, client)
    [cron] = admin(
        "ir.model.data", "search_read", [("name", "=", "cron_hold_unpaid")], ["res_id"]
    )
    words["cron"] = cron["res_id"]
    with speaking(STAFF, language):
        yield words


def create_client(admin, words, company):
    language = {"lang": words["lang"]}
    firm = admin(
        "res.partner",
        "create",
        {"name": words["client"], "is_company": True, **language},
    )
    mail = f"{words['login']}@example.com"
    person = admin(
        "res.partner",
        "create",
        {"name": words["contact"], "parent_id": firm, "email": mail, **language},
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
            **language,
        },
    )
    return firm, person


def create_pack(admin, words, company, client):
    """A policy of its own that holds: the other clients of the demo go on."""
    policy = admin(
        "support.policy",
        "create",
        {
            "name": f"Bonos ({words['client']})",
            "company_id": company,
            "hold_unpaid": True,
            "request_type_ids": [(0, 0, {"name": "Standard", "minimum": 60})],
        },
    )
    admin(
        "support.opening.balance",
        "create",
        {
            "partner_id": client,
            "company_id": company,
            "policy_id": policy,
            "name": "Bono 30 h",
            "granted": 1800,
            "remaining": 1800,
            "expiry_kind": "purchase",
            "expiry_months": 12,
            "date_start": str(datetime.date.today()),
            "reference": words["client"],
        },
    )


def create_ticket(admin, words, company, contact):
    [team, *_others] = admin(
        "helpdesk.ticket.team", "search", [("company_id", "=", company)]
    )
    return admin(
        "helpdesk.ticket",
        "create",
        {
            "name": words["subject"],
            "description": words["subject"],
            "partner_id": contact,
            "company_id": company,
            "team_id": team,
        },
    )


def create_invoice(admin, company, client):
    """Return the id and the number of a posted invoice that is a week overdue."""
    today = datetime.date.today()
    context = {"allowed_company_ids": [company]}
    invoice = admin(
        "account.move",
        "create",
        {
            "move_type": "out_invoice",
            "partner_id": client,
            "company_id": company,
            "invoice_date": str(today - datetime.timedelta(days=40)),
            "invoice_date_due": str(today - datetime.timedelta(days=7)),
            "invoice_line_ids": [
                (0, 0, {"name": "Web", "price_unit": 480, "tax_ids": [(5,)]})
            ],
        },
        context=context,
    )
    admin("account.move", "action_post", [invoice], context=context)
    [move] = admin("account.move", "read", [invoice], ["name"])
    return invoice, move["name"]


def test_an_overdue_invoice_holds_and_its_payment_lifts(story, new_page, login):
    def browse(user, **options):
        locale = story["lang"].replace("_", "-")
        return login(new_page(locale=locale, **options), user)

    run_the_clock(browse("admin"), story)
    technician, client = browse("tecnica"), browse(story["login"])
    phone = browse(story["login"], **PHONE)
    be_refused(technician, story)
    log_what_was_done(technician, story)
    manager = browse("responsable")
    approve(manager, story)
    see_the_hold(manager, story)
    for page in (client, phone):
        read_what_to_pay(page, story)
    get_paid(browse("contable"), story)
    read_nothing_more(client, story)
    start(technician, story)


def run_the_clock(page, story):
    """The scheduled job, by its button."""
    open_action(page, "base.ir_cron_act", story["cron"])
    with page.expect_response("**/method_direct_trigger*"):
        press(page, "method_direct_trigger")


def open_the_ticket(page, story):
    open_action(page, "helpdesk_mgmt.helpdesk_ticket_action", story["ticket"])
    page.locator(".o_form_view a[name=support]").click()


def be_refused(page, story):
    """Starting is refused, and the reason names the invoice and its amount."""
    open_the_ticket(page, story)
    press(page, "action_support_start_work")
    dialog = page.locator(".modal")
    dialog.get_by_text(story["number"]).first.wait_for()
    dialog.get_by_text(story["amount"]).first.wait_for()
    assert_only_this_language(dialog, story)
    dialog.locator(".modal-footer .btn-primary").click()
    dialog.wait_for(state="detached")
    assert page.locator("[name=support_timer]:visible").count() == 0


def log_what_was_done(page, story):
    """It is recorded at once, and charges nothing as yet."""
    page.locator("[name=support_work_ids] .o_field_x2many_list_row_add a").click()
    row = "[name=support_work_ids] .o_selected_row"
    write(page, "name", story["work"], row)
    write(page, "minutes", "25", row)
    save(page)
    page.locator("[name=support_to_approve]:visible").wait_for()
    assert page.locator("[name=support_charge_text]:visible").count() == 0
    take(page, story, "technician-held")
    assert_only_this_language(page.locator("[name=support_to_approve]"), story)


def approve(page, story):
    """The manager finds it in the list, and approves it on the ticket."""
    open_action(page, "support_packs.support_work_to_approve_action")
    page.locator(".o_data_row").filter(has_text=story["work"]).first.wait_for()
    take(page, story, "manager-to-approve")
    open_the_ticket(page, story)
    press(page, "action_support_approve_work")
    write(page, "reason", story["reason"], ".modal")
    take(page, story, "manager-approve")
    assert_only_this_language(page.locator(".modal"), story)
    press(page, "action_apply", ".modal")
    page.locator(".modal").wait_for(state="detached")
    page.locator("[name=support_charge_text]").get_by_text(story["charged"]).wait_for()
    page.locator("[name=support_to_approve]").wait_for(state="hidden")


def see_the_hold(page, story):
    open_action(page, "support_packs.support_hold_action")
    page.locator(".o_data_row").filter(has_text=story["number"]).first.click()
    page.wait_for_selector(".o_form_view")
    take(page, story, "manager-unpaid-hold")


def read_what_to_pay(page, story):
    """On both pages, in words and with the way to the invoice."""
    for address, picture in (
        ("/my/support", "client-hold"),
        (f"/my/ticket/{story['ticket']}", "client-ticket-hold"),
    ):
        page.goto(address)
        notice = page.locator(HOLD)
        for text in (story["title"], story["number"], story["amount"]):
            notice.get_by_text(text).first.wait_for()
        assert_only_this_language(notice, story)
        assert_fits(page)
        take(page, story, picture)
    page.locator(HOLD).get_by_role("link", name=story["pay"]).first.click()
    page.wait_for_url(f"**/my/invoices/{story['invoice']}*")
    page.get_by_text(story["number"]).first.wait_for()


def get_paid(page, story):
    """The accountant registers the payment."""
    open_action(page, "account.action_move_out_invoice_type", story["invoice"])
    press(page, "action_register_payment")
    press(page, "action_create_payments", ".modal")
    page.locator(".modal").wait_for(state="detached")
    page.locator("button[name=action_register_payment]").wait_for(state="hidden")


def read_nothing_more(page, story):
    for address in ("/my/support", f"/my/ticket/{story['ticket']}"):
        page.goto(address)
        page.locator("main, #wrap").first.wait_for()
        assert page.locator(".o_support_hold").count() == 0


def start(page, story):
    open_the_ticket(page, story)
    press(page, "action_support_start_work")
    page.locator("[name=support_timer]").wait_for()
