"""A bono is sold, worked off and read by the client: every hand clicks for itself.

Once in English and once in Spanish, each with a client of its own. The pictures on the
way are those of the docs (see `pictures`).
"""

import io

import PyPDF2
import pytest
from backoffice import choose, open_action, press, save
from pictures import take
from reading import PHONE, assert_fits, assert_only_this_language
from slice_words import WORDS

STAFF = ["tecnica", "responsable", "contable"]


@pytest.fixture(params=["en_US", "es_ES"])
def story(request, rpc, speaking):
    """A new client with a portal user; the staff read the language of the story."""
    language = request.param
    words = {**WORDS[language], "lang": language}
    admin = rpc("admin")
    create_client(admin, words)
    with speaking(STAFF, language):
        yield words


def create_client(admin, words):
    """Make the client's company, its contact, and the contact's way into the portal."""
    company = admin("res.company", "search", [("name", "=", "Taller Web Norte")])[0]
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
    portal = admin("ir.model.data", "search_read", [("name", "=", "group_portal")])
    admin(
        "res.users",
        "create",
        {
            "login": words["login"],
            "password": words["login"],
            "partner_id": person,
            "company_id": company,
            "company_ids": [(6, 0, [company])],
            "group_ids": [(6, 0, [portal[0]["res_id"]])],
            **language,
        },
    )


def test_a_bono_is_sold_worked_off_and_read(story, new_page, login):
    def browse(user, **options):
        # The portal follows the language of the browser, the back office the user's.
        locale = story["lang"].replace("_", "-")
        return login(new_page(locale=locale, **options), user)

    manager, client = browse("responsable"), browse(story["login"])
    order = sell(manager, story)
    get_paid(browse("contable"), story)
    see_the_pack(manager, story, order)
    ticket = open_a_ticket(client, story)
    work_off(browse("tecnica"), story, ticket)
    read_the_ticket(client, story, ticket)
    read_the_account(client, story)
    download_the_statement(client, story)
    phone = browse(story["login"], **PHONE)
    read_the_ticket(phone, story, ticket)
    read_the_account(phone, story)


def sell(page, story):
    """The manager quotes the bono, the client agrees, the invoice is drafted."""
    open_action(page, "sale.action_quotations", "new")
    choose(page, "partner_id", story["client"])
    page.locator("[name=order_line] .o_field_x2many_list_row_add a").first.click()
    choose(page, "product_template_id", "Bono 30 h", ".o_selected_row")
    page.get_by_text(story["price"]).first.wait_for()
    save(page)
    take(page, story, "manager-quotation")
    press(page, "action_confirm")
    page.locator("button[name=action_view_support_packs]").wait_for()
    order = page.url
    page.locator("#create_invoice:visible, #create_invoice_percentage:visible").click()
    press(page, "create_invoices", ".modal")
    page.locator("[name=invoice_line_ids]").wait_for()
    return order


def get_paid(page, story):
    """The accountant posts the client's draft and registers its payment."""
    open_action(page, "account.action_move_out_invoice_type")
    page.locator(".o_data_row").filter(has_text=story["client"]).first.click()
    press(page, "action_post")
    press(page, "action_register_payment")
    press(page, "action_create_payments", ".modal")
    page.locator(".modal").wait_for(state="detached")
    page.locator("button[name=action_register_payment]").wait_for(state="hidden")


def see_the_pack(page, story, order):
    """The pack that waited for its payment is active now, and full."""
    page.goto(order)
    press(page, "action_view_support_packs")
    page.get_by_text(story["active"], exact=True).first.wait_for()
    page.get_by_text(story["granted"]).first.wait_for()
    take(page, story, "manager-pack")


def open_a_ticket(page, story):
    """The client writes a ticket in the portal; return its address."""
    page.goto("/my/tickets")
    page.locator("button[name=create_new_ticket]").first.click()
    page.fill("input[name=subject]", story["subject"])
    page.fill("textarea[name=description]", story["description"])
    take(page, story, "client-new-ticket")
    page.locator("form[action='/submitted/ticket'] button[type=submit]").click()
    page.wait_for_url("**/my/ticket/*")
    return page.url


def work_off(page, story, ticket):
    """The technician logs 25, 12 and 43 minutes, one after the other, and closes."""
    open_action(page, "helpdesk_mgmt.helpdesk_ticket_action")
    page.locator(".o_data_row").filter(has_text=story["subject"]).first.click()
    page.locator(".o_form_view a[name=support]").click()
    for minutes, charged in zip((25, 12, 43), story["charged after"], strict=True):
        log(page, minutes, story["work"][minutes])
        page.locator("[name=support_charge_text]").get_by_text(charged).wait_for()
    page.locator("[name=support_balance_text]").get_by_text(
        story["balance"]
    ).first.wait_for()
    take(page, story, "technician-ticket")
    # The later stages are behind the three dots.
    page.locator(".o_statusbar_status button.dropdown-toggle:visible").first.click()
    page.locator(".dropdown-item").filter(has_text=story["done"]).first.click()
    page.locator(".o_statusbar_status .o_arrow_button_current").filter(
        has_text=story["done"]
    ).wait_for()


def log(page, minutes, text):
    """Add one line of work and save."""
    page.locator("[name=support_work_ids] .o_field_x2many_list_row_add a").click()
    row = page.locator("[name=support_work_ids] .o_selected_row")
    row.locator("[name=name] input, [name=name] textarea").fill(text)
    row.locator("[name=minutes] input").fill(str(minutes))
    save(page)


def read_the_ticket(page, story, ticket):
    """State, 80 minutes, why 80, from which pack, the balance and its end."""
    page.goto(ticket)
    block = page.locator("#helpdesk_ticket_content")
    for text in (story["charged"], story["balance"], story["expiry"], *story["added"]):
        block.get_by_text(text).first.wait_for()
    page.get_by_text(story["done"], exact=True).first.wait_for()
    assert_only_this_language(block, story)
    assert_fits(page)
    take(page, story, "client-ticket")


def read_the_account(page, story):
    """The balance, the pack with its end, and the movements."""
    page.goto("/my")
    # The cards move while they are being counted: nobody aims at them before that.
    page.locator(".o_portal_doc_spinner").wait_for(state="detached")
    page.locator("a[href='/my/support']:visible").first.click()
    main = page.locator("main, #wrap").first
    for text in (story["balance"], story["expiry"]):
        main.get_by_text(text).first.wait_for()
    assert_only_this_language(main, story)
    assert_fits(page)
    take(page, story, "client-support")
    page.goto("/my/support/ledger")
    for text in story["movements"]:
        main.get_by_text(text).first.wait_for()
    assert_only_this_language(main, story)
    assert_fits(page)
    take(page, story, "client-ledger")


def download_the_statement(page, story):
    """The PDF says the same as the page."""
    page.goto("/my/support/ledger")
    with page.expect_download() as download:
        page.locator("a[href*='/my/support/ledger/pdf']").first.click()
    content = download.value.path().read_bytes()
    sheets = PyPDF2.PdfReader(io.BytesIO(content)).pages
    # The reader breaks lines and words as the file does; their order is what counts.
    text = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    for word in (*story["statement"], story["client"]):
        assert word in text, f"{word} is not in the statement:\n{text}"
