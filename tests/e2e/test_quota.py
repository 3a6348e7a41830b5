"""Tickets per priority, in both languages: the client chooses and reads the price, a
technician admits and corrects, and the matrix says what is left [004]."""

import pytest
from backoffice import choose, open_action, press, write
from pictures import take
from preset_story import load_model, open_support, open_ticket, sell, telling
from reading import PHONE, assert_fits, assert_only_this_language

WORDS = {
    "es_ES": {
        "policy": "Pólizas de tickets",
        "summary": "El cliente contrata una póliza de 8, 15 o 20 eventos",
        "preview": ["Póliza Básica: P1", "Operación detenida"],
        "product": "Póliza Básica",
        "price": "6.000,00",
        "granted": "8 tickets",
        "subject": "La impresora de cupos no responde",
        "left": "quedan 5 tickets",
        "not_included": "No incluido en sus bonos",
        "event": "1.200,00",
        "corrected": "Corregida por nosotros",
        "second": "Falla grave",
        "promised": "1 día laborable",
    },
    "en_US": {
        "policy": "Support policies of tickets",
        "summary": "Clients buy a policy of 8, 15 or 20 events",
        "preview": ["Basic policy: P1", "Operation stopped"],
        "product": "Basic policy",
        "price": "6,000.00",
        "granted": "8 tickets",
        "subject": "The printer of quotas does not answer",
        "left": "5 tickets left",
        "not_included": "Not included in your packs",
        "event": "1,200.00",
        "corrected": "Corrected by us",
        "second": "Serious failure",
        "promised": "1 working day",
    },
}
NARROW = {side: PHONE[side] for side in ("width", "height")}


def matrix(page):
    """Return the numbers of the matrix on the page, row by row."""
    page.locator(".o_support_quota").first.wait_for()
    return [
        " ".join(row.locator("td").all_inner_texts())
        for row in page.locator(".o_support_quotas")
        .first.locator(".o_support_quota")
        .all()
    ]


@pytest.mark.parametrize("lang", sorted(WORDS))
def test_a_slot_is_used_and_moves(rpc, login, new_page, lang):
    arguments = (rpc, login, new_page, "ticket_policy", lang)
    words = {"key": f"quotas_{lang}", "currency": "MXN", **WORDS[lang]}
    with telling(*arguments, **words) as story:
        manager, client = story.browse("manager"), story.browse("client")
        load_model(manager, story)
        sell(manager, story)
        read_the_form(client, story)
        ticket = open_ticket(client, story)
        technician = story.browse("technician")
        open_support(technician, story)
        press(technician, "action_support_admit")
        technician.locator("[name=support_admitted_at]").wait_for()
        client.goto("/my/support")
        assert matrix(client) == ["5 1 4", "2 0 2", "1 0 1"]
        correct(technician, story)
        read_the_correction(client, story, ticket)
        client.goto("/my/support")
        assert matrix(client) == ["5 0 5", "2 1 1", "1 0 1"]
        client.set_viewport_size(NARROW)
        assert_fits(client)
        take(client, story, "quota-client")
        see_the_matrix(manager, story)


def read_the_form(page, story):
    """Each priority with its examples, what is left of it, or what it costs."""
    page.goto("/my/tickets")
    page.locator("button[name=create_new_ticket]").first.click()
    first = page.locator(".o_support_priority").first
    first.get_by_text(story["left"]).wait_for()
    last = page.locator(".o_support_priority").last
    last.get_by_text(story["not_included"]).wait_for()
    last.get_by_text(story["event"]).wait_for()
    assert_only_this_language(page.locator(".o_support_priorities"), story)
    before = page.viewport_size
    page.set_viewport_size(NARROW)
    assert_fits(page)
    take(page, story, "quota-form")
    page.set_viewport_size(before)


def correct(page, story):
    press(page, "action_support_correct_priority")
    choose(page, "priority_id", story["second"], ".modal")
    # What it does to the slot is read first; the reason comes after that.
    page.locator(".modal [name=effect]").wait_for()
    write(page, "reason", "P2, no P1", ".modal")
    take(page, story, "quota-correct")
    press(page, "action_apply", ".modal")
    page.locator(".modal").wait_for(state="detached")


def read_the_correction(page, story, address):
    page.goto(address)
    block = page.locator(".o_support_ticket_priority")
    block.get_by_text(story["second"]).wait_for()
    block.get_by_text(story["corrected"]).wait_for()
    block.get_by_text("P2, no P1").wait_for()


def see_the_matrix(page, story):
    open_action(page, "support_packs.support_account_action")
    page.locator(".o_data_row").filter(has_text=story.client).first.click()
    page.locator(".o_form_view a[name=quotas]").click()
    assert matrix(page) == ["5 0 5", "2 1 1", "1 0 1"]
    take(page, story, "quota-matrix")
    open_action(page, "support_urgency.support_target_action")
    page.locator(".o_data_row").get_by_text(story["promised"]).first.wait_for()
    take(page, story, "manager-targets")
