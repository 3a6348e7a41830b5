"""A client buys a bono on the telephone: chooses, accepts, signs, pays, and has it.

Once in English and once in Spanish, each with a client of its own. The pictures on the
way are those of the docs (see `pictures`).
"""

import pytest
from backoffice import choose_row, open_action
from pictures import take
from reading import PHONE, assert_fits, assert_only_this_language
from test_slice import create_client

COMPANY = "Taller Web Norte"
# Odoo draws the name once the window has opened; before that the button says that the
# signature is missing. Who signs sees it first.
SIGNATURE_IS_DRAWN = """() => {
    const opened = document.querySelector("#modalaccept.show");
    if (!opened || opened.getAnimations({subtree: true}).length) {
        return false;
    }
    const canvas = opened.querySelector("canvas");
    const size = [canvas?.width || 1, canvas?.height || 1];
    const image = canvas?.getContext("2d").getImageData(0, 0, ...size);
    return image?.data.some(Boolean);
}"""

WORDS = {
    "en_US": {
        "client": "Lighthouse Tea Ltd",
        "contact": "Olive Marsh",
        "login": "olive",
        "terms": "General conditions of support",
        "text": "The hours of a bono are valid for twelve months.",
        "version": "version 1",
        "price": "1,800.00",
        "accepted": "accepted by Olive Marsh",
        "balance": "1,800 min",
        "active": "Active",
        "expiry": "expires on",
        "act": "Purchase",
        "never": ["Comprar", "Cantidad", "Condiciones", "Saldo", "aduca"],
    },
    "es_ES": {
        "client": "Floristería Amapola",
        "contact": "Berta Nadal",
        "login": "berta",
        "terms": "Condiciones generales de soporte",
        "text": "Las horas de un bono valen doce meses.",
        "version": "versión 1",
        "price": "1.800,00",
        "accepted": "aceptadas por Berta Nadal",
        "balance": "1.800 min",
        "active": "Activo",
        "expiry": "caduca el",
        "act": "Compra",
        "never": ["Buy", "Quantity", "Terms", "Balance", "xpires"],
    },
}


@pytest.fixture(params=["en_US", "es_ES"])
def story(request, rpc, speaking):
    """A new client of an agency that sells online, under terms in its language."""
    words = {**WORDS[request.param], "lang": request.param}
    admin = rpc("admin")
    create_client(admin, words)
    undo = open_the_shop(admin, words)
    with speaking(["responsable"], request.param):
        yield words
    for model, ids, values in undo:
        admin(model, "write", ids, values)


def open_the_shop(admin, words):
    """Let the company's clients sign and pay online; return how to undo it."""
    companies = admin("res.company", "search", [("name", "=", COMPANY)])
    policies = admin(
        "support.policy",
        "search",
        [("company_id", "in", companies), ("code", "=", "hours_bono")],
        limit=1,
    )
    terms = admin(
        "support.terms",
        "create",
        {
            "name": words["terms"],
            "body": f"<p>{words['text']}</p>",
            "date": "2026-01-01",
            "company_id": companies[0],
        },
    )
    sale = {"portal_confirmation_sign": True, "portal_confirmation_pay": True}
    undo = [
        (model, ids, {name: first_of(value) for name, value in found[0].items()})
        for model, ids, found in (
            (
                "res.company",
                companies,
                strip_id(admin("res.company", "read", companies, list(sale))),
            ),
            (
                "support.policy",
                policies,
                strip_id(
                    admin(
                        "support.policy", "read", policies, ["terms_id", "portal_sale"]
                    )
                ),
            ),
        )
    ]
    admin("res.company", "write", companies, sale)
    new = {"terms_id": terms, "portal_sale": True}
    admin("support.policy", "write", policies, new)
    enable_demo_payments(admin, companies[0])
    return undo


def strip_id(rows):
    return [{k: v for k, v in row.items() if k != "id"} for row in rows]


def first_of(value):
    """Return what a many2one is written with: its id."""
    return value[0] if isinstance(value, list) else value


def enable_demo_payments(admin, company):
    """Give the company the provider that only pretends to take money."""
    own = [("code", "=", "demo"), ("company_id", "=", company)]
    providers = admin("payment.provider", "search", own)
    if not providers:
        others = admin("payment.provider", "search", [("code", "=", "demo")], limit=1)
        providers = admin("payment.provider", "copy", others, {"company_id": company})
    journals = admin(
        "account.journal",
        "search",
        [("type", "=", "bank"), ("company_id", "=", company)],
        limit=1,
    )
    admin("payment.provider", "write", providers, {"state": "test"})
    values = {"journal_id": journals[0], "is_published": True}
    admin("payment.provider", "write", providers, values)


def test_a_client_buys_a_bono_on_the_telephone(story, new_page, login):
    def browse(user, **options):
        locale = story["lang"].replace("_", "-")
        return login(new_page(locale=locale, **options), user)

    phone = browse(story["login"], **PHONE)
    choose_a_bono(phone, story)
    sign(phone, story)
    pay(phone, story)
    see_the_pack(phone, story)
    read_what_was_accepted(phone, story)
    find_the_acceptance(browse("responsable"), story)
    laptop = browse(story["login"])
    laptop.goto("/my/support/buy")
    laptop.get_by_text("Bono 30 h").first.wait_for()
    take(laptop, story, "client-buy")
    read_what_was_accepted(laptop, story)


def choose_a_bono(page, story):
    """From the own area to the packs and their prices; the box, and on."""
    page.goto("/my/support")
    page.locator("a.o_support_buy").click()
    page.wait_for_url("**/my/support/buy")
    row = page.locator(".o_support_offer_row").filter(has_text="Bono 30 h")
    row.get_by_text(story["price"]).wait_for()
    row.click()
    page.locator("details").filter(has_text=story["terms"]).first.click()
    page.get_by_text(story["text"]).wait_for()
    assert_only_this_language(page.locator("main"), story)
    assert_fits(page)
    take(page, story, "client-buy")
    page.locator("input[name=accept]").check()
    page.locator(".o_support_continue").click()
    page.wait_for_url("**/my/orders/*")


def sign(page, story):
    """The quotation says what was accepted; the signature is made of the name."""
    page.locator(".o_support_accepted").get_by_text(story["accepted"]).wait_for()
    take(page, story, "client-quotation")
    page.locator("a[data-bs-target='#modalaccept']:visible").first.click()
    page.wait_for_function(SIGNATURE_IS_DRAWN)
    page.locator("#modalaccept .o_portal_sign_submit").click()
    page.wait_for_url("**message=sign_ok**")


def pay(page, story):
    """The payment opens by itself after the signature."""
    form = page.locator("#modalaccept #o_payment_form")
    form.wait_for()
    form.locator("input[name=o_payment_radio]").first.check()
    form.locator("#customer_input").fill("4111 1111 1111 1111")
    page.locator("button[name=o_payment_submit_button]:visible").click()
    page.wait_for_url(lambda url: "/my/orders/" in url and "sign_ok" not in url)


def see_the_pack(page, story):
    """Paid is usable: the pack is active, full, and says its end."""
    page.goto("/my/support")
    page.locator(".o_support_balance_number").get_by_text(story["balance"]).wait_for()
    pack = page.locator(".o_support_pack").first
    for text in (story["active"], story["expiry"]):
        pack.get_by_text(text).first.wait_for()
    assert_fits(page)
    take(page, story, "client-bought")


def read_what_was_accepted(page, story):
    page.goto("/my/support/terms")
    page.locator(".o_support_terms_body").get_by_text(story["text"]).wait_for()
    row = page.locator(".o_support_acceptance").first
    for text in (story["version"], story["contact"], story["act"]):
        row.get_by_text(text).first.wait_for()
    assert_only_this_language(page.locator("main"), {"never": story["never"][:1]})
    assert_fits(page)
    take(page, story, "client-terms")


def find_the_acceptance(page, story):
    """The manager finds who accepted what, from where."""
    open_action(page, "support_packs.support_terms_acceptance_action")
    row = page.locator(".o_data_row").filter(has_text=story["client"])
    for text in (story["contact"], story["version"], "127.0.0.1"):
        row.get_by_text(text).first.wait_for()
    take(page, story, "manager-acceptances")
    choose_row(page, story["client"])
    take(page, story, "manager-acceptance")
