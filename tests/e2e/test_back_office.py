"""A technician works by the clock and sees the price before saving; a manager decides.

Once in English and once in Spanish, on a client of the demo. The pictures on the way
are those of the docs (see `pictures`).
"""

import pytest
from backoffice import choose_row, open_action, press, save, write
from pictures import take
from reading import assert_only_this_language

WORDS = {
    "en_US": {
        "subject": "The invoice mail does not arrive",
        "work": "Read the mail server's log",
        "more": "Changed the sender's address and tested it",
        "reason": "Half of it was our own mistake",
        "before": "60 min",
        "after": "103 min",
        "why": "60 min",
        "set": "30 min",
        "extension": "Closed for works in August",
        "until": "+500d",
        "hold": "We move our servers this week",
        "on hold": "On hold",
        "never": ["Empezar", "Saldo", "rabajo", "caduc"],
    },
    "es_ES": {
        "subject": "No llega el correo de la factura",
        "work": "Leer el registro del servidor de correo",
        "more": "Cambiar la dirección del remitente y probarla",
        "reason": "La mitad fue un error nuestro",
        "before": "60 min",
        "after": "103 min",
        "why": "60 min",
        "set": "30 min",
        "extension": "Cierre por obras en agosto",
        # Later than the other story, which extended the same pack.
        "until": "+600d",
        "hold": "Esta semana trasladamos nuestros servidores",
        "on hold": "En pausa",
        "never": ["Work cannot", "Balance", "Charged", "xpires", "Start work"],
    },
}
CLIENT = "Ferretería Ibáñez"
STAFF = ["tecnica", "responsable"]


@pytest.fixture(params=["en_US", "es_ES"])
def story(request, rpc, speaking):
    """A new ticket of the client; the staff read the language of the story."""
    language = request.param
    words = {**WORDS[language], "lang": language}
    admin = rpc("admin")
    [client] = admin(
        "res.partner",
        "search_read",
        [("name", "=", CLIENT)],
        ["company_id"],
    )
    teams = admin(
        "helpdesk.ticket.team", "search", [("company_id", "=", client["company_id"][0])]
    )
    admin(
        "helpdesk.ticket",
        "create",
        {
            "name": words["subject"],
            "description": words["subject"],
            "partner_id": client["id"],
            "company_id": client["company_id"][0],
            "team_id": teams[0],
        },
    )
    with speaking(STAFF, language):
        yield words


def test_work_by_the_clock_and_a_manager_s_word(story, new_page, login):
    locale = story["lang"].replace("_", "-")
    technician = login(new_page(locale=locale), "tecnica")
    open_the_ticket(technician, story)
    work_by_the_clock(technician, story)
    see_the_price_before_saving(technician, story)
    manager = login(new_page(locale=locale), "responsable")
    open_the_ticket(manager, story)
    set_the_price(manager, story)
    extend_the_pack(manager, story)
    hold_the_account(manager, story)
    read_the_ledger(manager, story)


def open_the_ticket(page, story):
    open_action(page, "helpdesk_mgmt.helpdesk_ticket_action")
    choose_row(page, story["subject"])
    page.locator(".o_form_view a[name=support]").click()


def work_by_the_clock(page, story):
    """Start and stop; what was done in between becomes work that the client pays."""
    press(page, "action_support_start_work")
    page.locator("[name=support_timer]").wait_for()
    press(page, "action_support_stop_work")
    write(page, "name", story["work"], ".modal")
    take(page, story, "technician-stop-work")
    press(page, "action_log", ".modal")
    page.locator(".modal").wait_for(state="detached")
    page.locator("[name=support_charge_text]").get_by_text(story["before"]).wait_for()


def see_the_price_before_saving(page, story):
    """What is typed is priced before it is saved, and costs that when it is."""
    page.locator("[name=support_work_ids] .o_field_x2many_list_row_add a").click()
    row = "[name=support_work_ids] .o_selected_row"
    write(page, "name", story["more"], row)
    write(page, "minutes", "102", row)
    page.keyboard.press("Tab")
    preview = page.locator("[name=support_preview]:visible")
    preview.get_by_text(story["after"]).first.wait_for()
    take(page, story, "technician-preview")
    assert_only_this_language(page.locator(".o_form_view"), story)
    save(page)
    page.locator("[name=support_charge_text]").get_by_text(story["after"]).wait_for()
    preview.wait_for(state="hidden")


def set_the_price(page, story):
    """A manager says what the ticket costs, and why."""
    press(page, "action_support_override")
    write(page, "quantity", "30", ".modal")
    write(page, "reason", story["reason"], ".modal")
    take(page, story, "manager-set-price")
    press(page, "action_apply", ".modal")
    page.locator(".modal").wait_for(state="detached")
    page.locator("[name=support_charge_text]").get_by_text(story["set"]).wait_for()


def extend_the_pack(page, story):
    open_action(page, "support_packs.support_pack_action")
    choose_row(page, CLIENT)
    press(page, "action_extend")
    write(page, "date_new", story["until"], ".modal")
    write(page, "reason", story["extension"], ".modal")
    press(page, "action_apply", ".modal")
    page.locator(".modal").wait_for(state="detached")
    page.locator(".o_form_view a[name=extensions]").click()
    page.locator(".nav-link.active[name=extensions]").wait_for()
    page.get_by_text(story["extension"]).first.wait_for()
    take(page, story, "manager-extended-pack")
    assert_only_this_language(page.locator(".o_form_view"), story)


def hold_the_account(page, story):
    """Held, and lifted again: the next story starts from the same."""
    open_action(page, "support_packs.support_account_action")
    choose_row(page, CLIENT)
    page.locator(".o_form_view a[name=holds]").click()
    press(page, "action_hold")
    write(page, "reason", story["hold"], ".modal")
    page.locator(".modal .o_form_button_save, .modal button[name=action_apply]").click()
    page.locator(".modal").wait_for(state="detached")
    page.locator(".ribbon").get_by_text(story["on hold"]).wait_for()
    page.locator(".o_form_view a[name=holds]").click()
    take(page, story, "manager-hold")
    assert_only_this_language(page.locator(".o_form_view"), story)
    press(page, "action_lift")
    page.locator(".modal .btn-primary").click()
    page.locator(".ribbon").get_by_text(story["on hold"]).wait_for(state="hidden")


def read_the_ledger(page, story):
    open_action(page, "support_packs.support_ledger_entry_action")
    page.locator(".o_data_row").filter(has_text=story["subject"]).first.wait_for()
    take(page, story, "manager-ledger")
    assert_only_this_language(page.locator(".o_list_view"), story)
