"""A client asks for the money of a pack on the telephone and gets it back.

Once in English and once in Spanish, each with a client of its own. The pictures on the
way are those of the docs (see `pictures`).
"""

import pytest
from backoffice import choose_row, open_action, press
from cases import allow_cases, sell_pack
from pictures import take
from reading import PHONE, assert_fits, assert_only_this_language
from test_slice import STAFF

WORDS = {
    "en_US": {
        "client": "Southport Books",
        "contact": "Sue South",
        "login": "sue.refund",
        "reason": "We close the shop this month.",
        "never": ["devol", "Saldo", "Aprob"],
    },
    "es_ES": {
        "client": "Libros del Sur",
        "contact": "Sonia Sur",
        "login": "sonia.refund",
        "reason": "Cerramos la tienda este mes.",
        "never": ["refund", "Refund", "Approve", "until"],
    },
}


@pytest.fixture(params=["en_US", "es_ES"])
def story(request, rpc, speaking):
    """A client with a paid pack; the staff read its language."""
    language = request.param
    words = {**WORDS[language], "lang": language}
    admin = rpc("admin")
    allow_cases(admin)
    words["made"] = sell_pack(admin, words)
    with speaking(STAFF, language):
        yield words


def test_a_client_gets_the_price_of_a_pack_back(
    story, new_page, login, allow_console_errors
):
    # In the mails that the chatter shows: the demo's database knows no own address.
    allow_console_errors.append(r"/logo\.png")
    locale = story["lang"].replace("_", "-")
    client = login(new_page(locale=locale, **PHONE), story["login"])
    ask(client, story)
    approve(login(new_page(locale=locale), "responsable"), story)
    read(client, story, steps=2)
    note = post(login(new_page(locale=locale), "contable"), story)
    read(client, story, steps=3)
    assert note in client.locator(".o_support_refund").inner_text()


def ask(page, story):
    page.goto("/my/support")
    page.locator(".o_support_refund_ask a").click()
    page.locator("textarea[name=reason]").fill(story["reason"])
    assert_fits(page)
    take(page, story, "client-ask-refund")
    assert_only_this_language(page.locator(".o_support_refund_page"), story)
    page.locator(".o_support_refund_page button[type=submit]").click()
    page.locator(".o_support_refund_state").wait_for()
    assert page.locator(".o_support_refund_ask").count() == 0


def approve(page, story):
    open_action(page, "support_packs.support_refund_action")
    choose_row(page, story["client"])
    page.locator(".o_form_view").get_by_text(story["reason"]).first.wait_for()
    assert_only_this_language(page.locator(".o_form_view .o_form_sheet"), story)
    press(page, "action_approve")
    page.locator(".modal .btn-primary").click()
    page.locator("button[name=action_undo]").wait_for()
    take(page, story, "manager-refund")


def read(page, story, steps):
    """What became of it is on the client's page; the pack is among the earlier ones."""
    page.goto("/my/support")
    page.locator(".o_support_finished summary").click()
    assert page.locator(".o_support_refund li").count() == steps
    assert "800" in page.locator(".o_support_refund").inner_text()
    assert_fits(page)
    take(page, story, "client-refund")


def post(page, story):
    """The accountant posts the draft; return its number."""
    open_action(page, "support_packs.support_refund_action")
    choose_row(page, story["client"])
    press(page, "action_view_credit_notes")
    page.locator("[name=invoice_line_ids]").get_by_text("Bono 30 h").first.wait_for()
    take(page, story, "accountant-credit-note")
    press(page, "action_post")
    page.locator("button[name=action_post]").wait_for(state="hidden")
    return page.locator(".o_form_view [name=name]").first.inner_text().strip()
