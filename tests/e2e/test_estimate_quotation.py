"""Where no pack covers the work, the client signs its quotation on the telephone.

Once in English and once in Spanish, each with a client of its own. What is invoiced
then is the work, not what was estimated.
"""

import pytest
from cases import log_work
from pictures import take
from reading import PHONE, assert_fits, assert_only_this_language
from test_estimate import send
from test_invoicing import invoice_the_client, post_the_invoice
from test_purchase import SIGNATURE_IS_DRAWN
from test_slice import STAFF, create_client

WORDS = {
    "en_US": {
        "client": "Quayside Maps Ltd",
        "contact": "Nell Quayside",
        "login": "nell.quayside",
        "subject": "Move the catalogue to the new shop",
        "work": "Looked at the catalogue",
        "note": "Move the catalogue, with its pictures.",
        "estimated": "225.00",
        "with taxes": "272.25",
        "amount": "75.00",
        "total": "90.75",
        "why": "20 min → minimum 60 min",
        "price": "per hour",
        "posted": "Posted",
        "never": ["resupuesto", "Firm", "Sus bonos", "por hora"],
    },
    "es_ES": {
        "client": "Mapas de la Lonja S. L.",
        "contact": "Nieves Lonja",
        "login": "nieves.lonja",
        "subject": "Pasar el catálogo a la tienda nueva",
        "work": "Mirar el catálogo",
        "note": "Pasar el catálogo, con sus imágenes.",
        "estimated": "225,00",
        "with taxes": "272,25",
        "amount": "75,00",
        "total": "90,75",
        "why": "20 min → mínimo de 60 min",
        "price": "por hora",
        "posted": "Publicado",
        "never": ["stimate", "uotation", "Your packs", "per hour"],
    },
}


@pytest.fixture(params=["en_US", "es_ES"])
def story(request, rpc, speaking):
    """A client without a pack, with 20 minutes of work on a ticket."""
    language = request.param
    words = {**WORDS[language], "lang": language}
    admin = rpc("admin")
    create_client(admin, words)
    own = [("name", "=", words["client"])]
    [client] = admin("res.partner", "search_read", own, ["child_ids"])
    [company] = admin("res.company", "search", [("name", "=", "Taller Web Norte")])
    made = {"company": company, "contact id": client["child_ids"][0]}
    words["ticket"] = log_work(admin, words, made, 20)
    with speaking([*STAFF, "contable"], language):
        yield words


def test_an_estimate_that_needs_money_is_signed_and_the_work_is_invoiced(
    story, new_page, login, rpc, allow_console_errors
):
    # In the mails that the chatter shows: the demo's database knows no own address.
    allow_console_errors.append(r"/logo\.png")
    locale = story["lang"].replace("_", "-")
    client = login(new_page(locale=locale, **PHONE), story["login"])
    send(login(new_page(locale=locale), "tecnica"), story, 180)
    read_estimate(client, story)
    sign_quotation(client, story)
    accountant = login(new_page(locale=locale), "contable")
    invoice_the_client(accountant, story)
    post_the_invoice(accountant, story)
    check(rpc("admin"), story)
    close(rpc("admin"), story)


def read_estimate(page, story):
    """What it costs stands there, and the way to the quotation instead of a button."""
    page.goto(f"/my/ticket/{story['ticket']}")
    page.locator(".o_support_estimate_sent a").click()
    page.locator(".o_support_row_money").get_by_text(story["estimated"]).wait_for()
    block = page.locator(".o_support_quotation")
    block.get_by_text(story["with taxes"]).wait_for()
    assert page.locator(".o_support_accept_estimate").count() == 0
    assert_fits(page)
    assert_only_this_language(page.locator("#wrap"), story)
    take(page, story, "client-estimate-money")
    page.locator(".o_support_see_quotation").click()
    page.wait_for_url("**/my/orders/*")


def sign_quotation(page, story):
    """Signing it accepts the estimate; the ticket says who did."""
    page.get_by_text(story["with taxes"]).first.wait_for()
    take(page, story, "client-estimate-quotation")
    page.locator("a[data-bs-target='#modalaccept']:visible").first.click()
    page.wait_for_function(SIGNATURE_IS_DRAWN)
    page.locator("#modalaccept .o_portal_sign_submit").click()
    page.wait_for_url("**message=sign_ok**")
    page.goto(f"/my/ticket/{story['ticket']}")
    held = page.locator(".o_support_estimate_held")
    held.get_by_text(story["contact"]).wait_for()
    assert page.locator(".o_support_estimate_sent").count() == 0
    assert_fits(page)
    assert_only_this_language(page.locator("#support"), story)


def check(admin, story):
    """The order was invoiced what was worked, and has nothing to invoice itself."""
    [estimate] = admin(
        "support.estimate",
        "search_read",
        [("ticket_id", "=", story["ticket"])],
        ["state", "channel", "order_id"],
    )
    assert (estimate["state"], estimate["channel"]) == ("accepted", "quotation")
    [line] = admin(
        "sale.order.line",
        "search_read",
        [("order_id", "=", estimate["order_id"][0]), ("display_type", "=", False)],
        ["product_uom_qty", "qty_delivered", "qty_invoiced", "qty_to_invoice"],
    )
    del line["id"]
    assert line == {
        "product_uom_qty": 3,
        "qty_delivered": 1,
        "qty_invoiced": 1,
        "qty_to_invoice": 0,
    }


def close(admin, story):
    """What is done is in no queue: other stories plan it."""
    name = [("name", "=", "helpdesk_ticket_stage_done")]
    [done] = admin("ir.model.data", "search_read", name, ["res_id"])
    admin("helpdesk.ticket", "write", [story["ticket"]], {"stage_id": done["res_id"]})
