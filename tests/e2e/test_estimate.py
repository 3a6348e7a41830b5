"""Staff sends an estimate; the client reads it on the telephone and accepts it.

Once in English and once in Spanish, each with a client of its own. The pictures on the
way are those of the docs (see `pictures`).
"""

import pytest
from backoffice import open_action, press, write
from cases import log_work, sell_pack
from pictures import take
from reading import PHONE, assert_fits, assert_only_this_language
from test_slice import STAFF

WORDS = {
    "en_US": {
        "client": "Meadow Lamps",
        "contact": "Mary Meadow",
        "login": "mary.estimate",
        "subject": "A new payment method in the shop",
        "work": "Looked at the payment module",
        "more": "Installed the payment module",
        "note": "Install the payment module and test an order.",
        "reason": "Two hours were agreed on the telephone.",
        "used up": "the accepted time is used up",
        "never": ["resupuesto", "Saldo", "Cuesta", "Descontado"],
    },
    "es_ES": {
        "client": "Lámparas del Prado",
        "contact": "María Prado",
        "login": "maria.estimate",
        "subject": "Un nuevo método de pago en la tienda",
        "work": "Mirar el módulo de pago",
        "more": "Instalar el módulo de pago",
        "note": "Instalar el módulo de pago y probar un pedido.",
        "reason": "Por teléfono quedamos en dos horas.",
        "used up": "el tiempo aceptado está agotado",
        "never": ["stimate", "Balance", "costs", "accept"],
    },
}


@pytest.fixture(params=["en_US", "es_ES"])
def story(request, rpc, speaking):
    """A client with a pack and an hour of work on a ticket without an estimate."""
    language = request.param
    words = {**WORDS[language], "lang": language}
    admin = rpc("admin")
    words["made"] = sell_pack(admin, words)
    words["ticket"] = log_work(admin, words, words["made"], 60)
    with speaking(STAFF, language):
        yield words


def test_an_estimate_is_rejected_made_anew_accepted_and_used_up(
    story, new_page, login, rpc, allow_console_errors
):
    # In the mails that the chatter shows: the demo's database knows no own address.
    allow_console_errors.append(r"/logo\.png")
    locale = story["lang"].replace("_", "-")
    client = login(new_page(locale=locale, **PHONE), story["login"])
    technician = login(new_page(locale=locale), "tecnica")
    send(technician, story, 180)
    reject(client, story)
    send(technician, story, 120)
    accept(client, story)
    use_up(rpc("admin"), client, story)
    check(rpc("admin"), story)


def send(page, story, minutes):
    """Write an estimate on the ticket and send it to the client."""
    open_action(page, "helpdesk_mgmt.helpdesk_ticket_action", str(story["ticket"]))
    page.locator(".nav-link[name=support]").click()
    press(page, "action_support_estimate")
    page.locator(".modal [name=minutes] input").wait_for()
    write(page, "minutes", str(minutes), ".modal")
    write(page, "note", story["note"], ".modal")
    page.locator(".modal .o_form_button_save").first.click()
    page.locator(".modal").wait_for(state="detached")
    press(page, "action_support_estimate")
    page.locator(".modal button[name=action_send]").wait_for()
    assert_only_this_language(page.locator(".modal .o_form_sheet"), story)
    take(page, story, f"technician-estimate-{minutes}")
    press(page, "action_send", ".modal")
    page.locator(".modal").wait_for(state="detached")


def read_offer(page, story, minutes):
    """From the page of the ticket to that of the estimate."""
    page.goto(f"/my/ticket/{story['ticket']}")
    page.locator(".o_support_estimate_sent a").click()
    page.locator(".o_support_time").get_by_text(f"{minutes} min").wait_for()
    page.locator(".o_support_estimate_note").get_by_text(story["note"]).wait_for()
    row = page.locator(".o_support_row_charged")
    row.get_by_text(f"{minutes} min").wait_for()
    assert_fits(page)
    assert_only_this_language(page.locator("#wrap"), story)


def reject(page, story):
    read_offer(page, story, 180)
    page.locator(".o_support_reject summary").click()
    page.locator("#estimate_reason").fill(story["reason"])
    page.locator(".o_support_reject_estimate").click()
    past = page.locator(".o_support_estimate_past")
    past.locator("summary").click()
    past.get_by_text(story["reason"]).wait_for()
    assert_fits(page)
    assert_only_this_language(page.locator("#support"), story)


def accept(page, story):
    read_offer(page, story, 120)
    take(page, story, "client-estimate")
    page.locator(".o_support_accept_estimate").click()
    held = page.locator(".o_support_estimate_held")
    held.get_by_text(story["contact"]).wait_for()
    assert page.locator(".o_support_estimate_sent").count() == 0
    assert_fits(page)
    assert_only_this_language(page.locator("#support"), story)


def use_up(admin, page, story):
    """60 minutes before and 72 after are 110 % of 120: the ticket asks again."""
    values = {"ticket_id": story["ticket"], "minutes": 72, "name": story["more"]}
    admin("support.work", "create", values)
    page.goto(f"/my/ticket/{story['ticket']}")
    held = page.locator(".o_support_estimate_held")
    held.get_by_text(story["used up"]).wait_for()
    page.locator(".o_support_charged").get_by_text("132 min").wait_for()
    assert_fits(page)
    take(page, story, "client-estimate-used-up")


def check(admin, story):
    """Who accepted what is kept, and only the work was charged."""
    [pack] = admin("support.pack", "read", [story["made"]["pack"]], ["balance"])
    assert pack["balance"] == 1800 - 132
    estimates = admin(
        "support.estimate",
        "search_read",
        [("ticket_id", "=", story["ticket"])],
        ["version", "state", "minutes", "channel", "reject_reason"],
        order="version",
    )
    assert [(one["minutes"], one["state"]) for one in estimates] == [
        (180, "rejected"),
        (120, "exceeded"),
    ]
    assert estimates[0]["reject_reason"] == story["reason"]
    assert estimates[1]["channel"] == "portal"
