"""A client disputes work on the telephone, insists, and the service is settled.

Once in English and once in Spanish, each with a client of its own. The pictures on the
way are those of the docs (see `pictures`).
"""

import pytest
from backoffice import choose_row, open_action, press, write
from cases import allow_cases, log_work, sell_pack
from pictures import take
from reading import PHONE, assert_fits, assert_only_this_language
from test_slice import STAFF

WORDS = {
    "en_US": {
        "client": "Northwind Cycles",
        "contact": "Nora North",
        "login": "nora.dispute",
        "subject": "The basket is empty after logging in",
        "work": "Looked for the lost baskets",
        "reason": "You told me on the phone that it took ten minutes.",
        "verdict": "The log of the session shows two hours of tests.",
        "insist": "I still think it is too much.",
        "last": "We settle the service, as you wish.",
        "never": ["desacuerdo", "devol", "Saldo", "Liquid"],
    },
    "es_ES": {
        "client": "Ciclos del Norte",
        "contact": "Noelia Norte",
        "login": "noelia.dispute",
        "subject": "El carrito se vacía al entrar",
        "work": "Buscar los carritos perdidos",
        "reason": "Por teléfono me dijeron que fueron diez minutos.",
        "verdict": "El registro de la sesión muestra dos horas de pruebas.",
        "insist": "Me sigue pareciendo demasiado.",
        "last": "Liquidamos el servicio, como desea.",
        "never": ["agree", "Dispute", "review", "refund", "Settle"],
    },
}


@pytest.fixture(params=["en_US", "es_ES"])
def story(request, rpc, speaking):
    """A client with a pack and two hours of work; the staff read its language."""
    language = request.param
    words = {**WORDS[language], "lang": language}
    admin = rpc("admin")
    allow_cases(admin)
    words["made"] = sell_pack(admin, words)
    words["ticket"] = log_work(admin, words, words["made"], 120)
    with speaking(STAFF, language):
        yield words


def test_a_client_disputes_insists_and_is_settled(
    story, new_page, login, rpc, allow_console_errors
):
    # In the mails that the chatter shows: the demo's database knows no own address.
    allow_console_errors.append(r"/logo\.png")
    locale = story["lang"].replace("_", "-")
    client = login(new_page(locale=locale, **PHONE), story["login"])
    manager = login(new_page(locale=locale), "responsable")
    dispute(client, story)
    uphold(manager, story)
    insist(client, story)
    settle(manager, story)
    read_the_end(client, story)
    post_the_credit_note(login(new_page(locale=locale), "contable"), story)
    check(rpc("admin"), story)


def ticket_page(page, story):
    page.goto(f"/my/ticket/{story['ticket']}")
    page.locator("#support").wait_for()


def send(page, story, form, text):
    """Open a form, type, and send it; nothing but the form of this ticket."""
    page.locator(f".o_support_form_{form} summary").click()
    page.locator(f".o_support_form_{form} textarea").fill(story[text])
    take(page, story, f"client-{form}")
    assert_fits(page)
    page.locator(f".o_support_form_{form} button[type=submit]").click()
    page.locator(".o_support_step_text").get_by_text(story[text]).wait_for()


def dispute(page, story):
    ticket_page(page, story)
    send(page, story, "dispute", "reason")
    assert page.locator(".o_support_form_dispute").count() == 0
    assert_only_this_language(page.locator("#support"), story)


def open_the_dispute(page, story):
    open_action(page, "support_packs.support_dispute_action")
    choose_row(page, story["client"])


def uphold(page, story):
    open_action(page, "support_packs.support_dispute_action")
    page.locator(".o_data_row").filter(has_text=story["client"]).first.wait_for()
    take(page, story, "manager-disputes")
    choose_row(page, story["client"])
    press(page, "action_uphold")
    write(page, "verdict", story["verdict"], ".modal")
    press(page, "action_apply", ".modal")
    page.locator(".modal").wait_for(state="detached")
    page.locator(".o_form_view").get_by_text(story["verdict"]).first.wait_for()


def insist(page, story):
    ticket_page(page, story)
    page.locator(".o_support_step_text").get_by_text(story["verdict"]).wait_for()
    send(page, story, "insist", "insist")
    assert page.locator(".o_support_form_insist").count() == 0


def settle(page, story):
    open_the_dispute(page, story)
    take(page, story, "manager-dispute")
    press(page, "action_settle")
    write(page, "verdict", story["last"], ".modal")
    # All 30 hours: 1,800.00 in whichever language.
    page.locator(".modal [name=preview]").get_by_text("800").wait_for()
    take(page, story, "manager-settle")
    assert_only_this_language(page.locator(".modal"), story)
    press(page, "action_apply", ".modal")
    page.locator(".modal").wait_for(state="detached")
    page.locator(".o_form_view").get_by_text(story["last"]).first.wait_for()


def read_the_end(page, story):
    ticket_page(page, story)
    assert page.locator(".o_support_step").count() == 4
    page.locator(".o_support_step_text").get_by_text(story["last"]).wait_for()
    assert_fits(page)
    take(page, story, "client-dispute-settled")
    assert_only_this_language(page.locator("#support"), story)
    page.goto("/my/support")
    assert_fits(page)


def post_the_credit_note(page, story):
    open_action(page, "support_packs.support_refund_action")
    choose_row(page, story["client"])
    press(page, "action_view_credit_notes")
    page.locator("[name=invoice_line_ids]").wait_for()
    press(page, "action_post")
    page.locator("button[name=action_post]").wait_for(state="hidden")


def check(admin, story):
    """The figures, past the browser: the unused and the disputed, at 1 EUR each."""
    [pack] = admin(
        "support.pack", "read", [story["made"]["pack"]], ["state", "balance"]
    )
    assert (pack["state"], pack["balance"]) == ("refunded", 0)
    [refund] = admin(
        "support.refund",
        "search_read",
        [("pack_id", "=", story["made"]["pack"])],
        ["state", "amount", "units_unused", "units_disputed"],
    )
    assert refund["state"] == "done"
    assert refund["amount"] == 1800
    assert refund["units_unused"] + refund["units_disputed"] == 1800
