"""A client makes a ticket urgent on the telephone; staff cancels it, and says why.

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
        "client": "Orchard Toys",
        "contact": "Olive Orchard",
        "login": "olive.urgent",
        "subject": "Nobody can pay in the shop",
        "work": "Looked at the log of the payments",
        "urgent work": "Mended the payment form",
        "terms": "Conditions of urgency",
        "conditions": "Urgent work costs half as much again.",
        "button": "This is urgent",
        "charged": "urgent +50 % of 20 min",
        "ground": "Graver urgencies go first",
        "reason": "Another client's shop is down altogether.",
        "ended": "graver urgencies have to go first",
        "never": ["rgente", "Saldo", "recargo", "Cuesta"],
    },
    "es_ES": {
        "client": "Juguetes del Huerto",
        "contact": "Olivia Huerto",
        "login": "olivia.urgent",
        "subject": "Nadie puede pagar en la tienda",
        "work": "Mirar el registro de los pagos",
        "urgent work": "Reparar el formulario de pago",
        "terms": "Condiciones de las urgencias",
        "conditions": "El trabajo urgente cuesta la mitad más.",
        "button": "Es urgente",
        "charged": "urgencia +50 % sobre 20 min",
        "ground": "Otras urgencias más graves van antes",
        "reason": "La tienda de otro cliente está caída del todo.",
        "ended": "otras urgencias más graves deben ir antes",
        "never": ["Urgent ", "rgency", "Balance", "costs", "Not urgent"],
    },
}


@pytest.fixture(params=["en_US", "es_ES"])
def story(request, rpc, speaking):
    """A client with a pack and an hour of work on a ticket that is not urgent."""
    language = request.param
    words = {**WORDS[language], "lang": language}
    admin = rpc("admin")
    words["made"] = sell_pack(admin, words)
    words["ticket"] = log_work(admin, words, words["made"], 60)
    offer_urgency(admin, words)
    with speaking(STAFF, language):
        yield words


def offer_urgency(admin, words):
    """Let the client's policy offer urgency, with conditions; work is of before."""
    [pack] = admin("support.pack", "read", [words["made"]["pack"]], ["account_id"])
    [account] = admin("support.account", "read", [pack["account_id"][0]], ["policy_id"])
    terms = admin(
        "support.terms",
        "create",
        {
            "name": words["terms"],
            "body": f"<p>{words['conditions']}</p>",
            "company_id": words["made"]["company"],
        },
    )
    admin(
        "support.policy",
        "write",
        [account["policy_id"][0]],
        {"urgent_percent": 50, "urgent_offered": True, "urgent_terms_id": terms},
    )
    works = admin("support.work", "search", [("ticket_id", "=", words["ticket"])])
    admin("support.work", "write", works, {"date": "2026-03-03 09:00:00"})


def test_a_client_makes_a_ticket_urgent_and_staff_cancels_it(
    story, new_page, login, rpc, allow_console_errors
):
    # In the mails that the chatter shows: the demo's database knows no own address.
    allow_console_errors.append(r"/logo\.png")
    locale = story["lang"].replace("_", "-")
    client = login(new_page(locale=locale, **PHONE), story["login"])
    technician = login(new_page(locale=locale), "tecnica")
    accept(client, story)
    work_urgently(rpc("admin"), client, story)
    cancel(technician, story)
    read_the_reason(client, story)
    check(rpc("admin"), story)


def ticket_page(page, story):
    page.goto(f"/my/ticket/{story['ticket']}")
    page.locator("#support").wait_for()


def accept(page, story):
    """Read the price before and after, and accept it with the button."""
    ticket_page(page, story)
    page.locator(".o_support_urgency_offer a").get_by_text(story["button"]).click()
    page.locator(".o_support_accept_urgency").wait_for()
    row = page.locator(".o_support_row_charged td")
    assert [row.nth(at).inner_text() for at in (1, 2)] == ["120 min", "150 min"]
    page.locator(".o_support_urgent_terms").get_by_text(story["conditions"]).wait_for()
    assert_fits(page)
    assert_only_this_language(page.locator("#wrap"), story)
    take(page, story, "client-urgent")
    page.locator(".o_support_accept_urgency").click()
    page.locator(".o_support_urgent").wait_for()
    assert page.locator(".o_support_urgency_offer").count() == 0
    assert_fits(page)
    assert_only_this_language(page.locator("#support"), story)


def work_urgently(admin, page, story):
    """60 minutes before and 20 after are 80 + 10 [000]."""
    values = {"ticket_id": story["ticket"], "minutes": 20, "name": story["urgent work"]}
    admin("support.work", "create", values)
    ticket_page(page, story)
    page.locator(".o_support_charged").get_by_text("90 min").wait_for()
    page.locator(".o_support_why").get_by_text(story["charged"]).wait_for()
    assert page.locator(".o_support_withdraw").count() == 0
    take(page, story, "client-urgent-ticket")


def cancel(page, story):
    """Staff cancels it: a ground, and a reason that the client reads."""
    open_action(page, "helpdesk_mgmt.helpdesk_ticket_action", str(story["ticket"]))
    page.locator("[name=support_urgent_label]:visible").wait_for()
    page.locator(".nav-link[name=support]").click()
    press(page, "action_support_cancel_urgency")
    page.locator(".modal [name=preview]").get_by_text("10 min").wait_for()
    page.locator(".modal [name=ground]").get_by_text(story["ground"]).click()
    write(page, "reason", story["reason"], ".modal")
    assert_only_this_language(page.locator(".modal"), story)
    take(page, story, "technician-urgency-cancel")
    press(page, "action_apply", ".modal")
    page.locator(".modal").wait_for(state="detached")
    page.locator("[name=support_urgent_label]").wait_for(state="hidden")


def read_the_reason(page, story):
    ticket_page(page, story)
    ended = page.locator(".o_support_urgency_ended")
    ended.get_by_text(story["ended"]).wait_for()
    ended.get_by_text(story["reason"]).wait_for()
    page.locator(".o_support_charged").get_by_text("80 min").wait_for()
    assert_fits(page)
    assert_only_this_language(page.locator("#support"), story)
    take(page, story, "client-urgent-cancelled")


def check(admin, story):
    """The surcharge went back to the pack, and the evidence stays."""
    [pack] = admin("support.pack", "read", [story["made"]["pack"]], ["balance"])
    assert pack["balance"] == 1800 - 80
    [consent] = admin(
        "support.urgency.consent",
        "search_read",
        [("ticket_id", "=", story["ticket"])],
        ["state", "percent", "channel", "cancel_reason", "terms_id"],
    )
    assert (consent["state"], consent["percent"]) == ("cancelled", 50)
    assert consent["channel"] == "portal" and consent["terms_id"]
    assert consent["cancel_reason"] == story["reason"]


def test_the_demo_tells_of_urgency(rpc):
    """An accepted urgency, events by priority with their targets, people on duty."""
    admin = rpc("admin")
    companies = admin("res.company", "search", [])
    seen = {"context": {"allowed_company_ids": companies, "lang": "en_US"}}

    def read(model, domain, *names):
        return admin(model, "search_read", domain, list(names), **seen)

    [urgent] = read(
        "helpdesk.ticket",
        [("partner_id.email", "=", "irene@calzadosribera.example")],
        "support_is_urgent",
        "support_charge_id",
    )
    assert urgent["support_is_urgent"]
    [charge] = read(
        "support.charge", [("id", "=", urgent["support_charge_id"][0])], "quantity"
    )
    assert charge["quantity"] == 90
    sold = [("pack_id.account_id.partner_id.name", "=", "Distribuidora León")]
    used = read("support.pack.quota", sold, "granted", "used")
    assert sorted((one["granted"], one["used"]) for one in used) == [
        (4, 1),
        (5, 1),
        (6, 1),
    ]
    served = [("ticket_id.partner_id.email", "like", "distribuidoraleon")]
    promised = read("support.target", served, "started_at", "reached_at", "due")
    assert len(promised) == 6
    for target in promised:
        assert target["started_at"] <= target["due"]
        if target["reached_at"]:
            assert target["started_at"] <= target["reached_at"] <= target["due"]
    answers = [("partner_id.email", "like", "distribuidoraleon")]
    waited = read("helpdesk.ticket", answers, "support_responded_at", "closed_date")
    assert any(one["closed_date"] for one in waited)
    for ticket in waited:
        assert bool(ticket["support_responded_at"]) == bool(ticket["closed_date"])
    assert len(read("support.oncall.shift", [], "user_id")) >= 4
