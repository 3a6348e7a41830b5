"""The client filters and downloads the statement; staff read how support was used.

In both languages, on the demo. What the numbers are does not matter here: page, PDF,
XLSX, CSV and the analysis must agree on them.
"""

import csv
import io
import re

import openpyxl
import PyPDF2
import pytest
from backoffice import choose_row, open_action
from pictures import take
from reading import PHONE, assert_fits, assert_only_this_language

CLIENT, FIRM = "cliente", "Ferretería Ibáñez"
# The words of the screens, written down here so that English in Spanish is noticed.
WORDS = {
    "en_US": {
        "lang": "en_US",
        "overview": ["Balance", "At the pace", "Consumption of the last 12 months"],
        "ledger": ["This month", "Everything", "Opening balance", "All types"],
        "narrowed": "movements of the period are shown",
        "nothing": "No movement fits",
        "sheets": ["Balances", "Movements", "Packs"],
        "movement": "Movement",
        "delimiter": ",",
        "opening": "Opening balance",
        "closing": "Closing balance",
        "analysis": ["Units charged", "Units not covered"],
        "account": ["Balance ends", "At this pace"],
        "never": ["Saldo", "Movimiento", "aduc"],
    },
    "es_ES": {
        "lang": "es_ES",
        "overview": ["Saldo", "Al ritmo", "Consumo de los últimos 12 meses"],
        "ledger": ["Este mes", "Todo", "Saldo inicial", "Todos los tipos"],
        "narrowed": "movimientos del periodo",
        "nothing": "Ningún movimiento",
        "sheets": ["Saldos", "Movimientos", "Bonos"],
        "movement": "Movimiento",
        "delimiter": ";",
        "opening": "Saldo inicial",
        "closing": "Saldo final",
        "analysis": ["Unidades cargadas", "Unidades no cubiertas"],
        "account": ["Fin del saldo", "A este ritmo"],
        "never": ["Balance", "ovement", "xpire", "This ", "Show", "From", " pace"],
    },
}


@pytest.fixture(params=list(WORDS))
def story(request, speaking):
    with speaking(["responsable"], request.param):
        yield WORDS[request.param]


def test_the_statement_is_the_same_everywhere(story, new_page, login, rpc):
    def browse(user, **options):
        locale = story["lang"].replace("_", "-")
        return login(new_page(locale=locale, **options), user)

    client = browse(CLIENT)
    see_the_overview(client, story)
    filter_movements(client, story)
    numbers = read_page(client)
    assert read_xlsx(download(client, ".o_support_xlsx"), story) == numbers
    assert read_csv(download(client, ".o_support_csv"), story) == numbers
    find_in_pdf(download(client, ".o_support_download"), client)
    phone = browse(CLIENT, **PHONE)
    see_the_overview(phone, story)
    manager = browse("responsable")
    export_from_the_account(manager, story, numbers)
    analyse(manager, story, read_consumption(rpc("admin")))


def see_the_overview(page, story):
    """The balance, how long it lasts, the months; then all movements by a click."""
    page.goto("/my/support")
    main = page.locator("main, #wrap").first
    for text in story["overview"]:
        main.get_by_text(text).first.wait_for()
    assert page.locator("li.o_support_month").count() == 12
    assert_only_this_language(main, story)
    assert_fits(page)
    take(page, story, "client-runway")
    page.locator(".o_support_latest a[href^='/my/support/ledger']").click()
    page.wait_for_selector(".o_support_presets")
    for text in story["ledger"]:
        assert text in main.inner_text()
    assert_only_this_language(main, story)
    assert_fits(page)
    take(page, story, "client-filters")


def filter_movements(page, story):
    """Only what was used; then a ticket that is not there; then everything again."""
    everything = page.locator(".o_support_quantity").count()
    opening = page.locator(".o_support_opening").inner_text()
    page.select_option("select[name=kind]", "usage")
    page.locator("form.o_support_period button[type=submit]").click()
    page.locator(".o_support_narrowed").get_by_text(story["narrowed"]).wait_for()
    used = page.locator(".o_support_quantity").all_inner_texts()
    assert 0 < len(used) < everything
    assert all(text.startswith("-") for text in used)
    assert page.locator(".o_support_opening").inner_text() == opening
    page.fill("input[name=search]", "no such ticket")
    page.locator("form.o_support_period button[type=submit]").click()
    page.locator(".o_support_no_movements").get_by_text(story["nothing"]).wait_for()
    page.locator(".o_support_no_movements a").click()
    page.wait_for_selector(".o_support_narrowed", state="detached")
    assert page.locator(".o_support_quantity").count() == everything


def number(text):
    """Return the integer of a text like ``-1,660 min (27 h 40 min)``."""
    return int(re.sub(r"[^\d-]", "", text.split(" min")[0]))


def read_page(page):
    texts = page.locator(".o_support_quantity").all_inner_texts()
    return {
        "opening": number(page.locator(".o_support_opening").inner_text()),
        "closing": number(page.locator(".o_support_closing").inner_text()),
        "movements": [number(text) for text in texts][::-1],
    }


def download(page, selector):
    with page.expect_download() as event:
        page.locator(f"{selector}:visible").first.click()
    return event.value.path().read_bytes()


def read_xlsx(content, story):
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == story["sheets"]
    sums = [row for row in book.worksheets[0].values if row[0] == FIRM]
    head, *rows = book.worksheets[1].values
    column = head.index(story["movement"])
    return {
        "opening": sums[0][2],
        "closing": sums[0][5],
        "movements": [row[column] for row in rows if row[0] == FIRM],
    }


def read_csv(content, story):
    text = content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=story["delimiter"]))
    by_type = {row[2]: row for row in rows}
    return {
        "opening": int(by_type[story["opening"]][-1]),
        "closing": int(by_type[story["closing"]][-1]),
        "movements": [int(row[-2]) for row in rows[1:] if row[-2]],
    }


def find_in_pdf(content, page):
    sheets = PyPDF2.PdfReader(io.BytesIO(content)).pages
    text = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    shown = page.locator(
        ".o_support_opening, .o_support_closing, .o_support_quantity"
    ).all_inner_texts()
    assert [words for words in shown if words.strip() not in text] == []


def export_from_the_account(page, story, numbers):
    """The dialog of the account gives the same workbook."""
    open_action(page, "support_packs.support_account_action")
    choose_row(page, FIRM)
    sheet = page.locator(".o_form_sheet")
    for text in story["account"]:
        sheet.get_by_text(text).first.wait_for()
    take(page, story, "manager-runway")
    page.locator("button.oe_stat_button:has(.fa-download)").click()
    dialog = page.locator(".modal")
    dialog.locator("[name=period]").wait_for()
    dialog.locator("[name=period] input, [name=period] select").first.click()
    pick_everything(page, dialog, story)
    content = download(page, ".modal button[name=action_download]")
    assert read_xlsx(content, story) == numbers
    dialog.locator("[special=cancel], .btn-close").first.click()


def pick_everything(page, dialog, story):
    label = story["ledger"][1]
    page.locator(".o_select_menu_item, option").get_by_text(label, exact=True).click()
    dialog.locator("[name=date_from]").wait_for(state="detached")


def read_consumption(admin):
    """Return what the client used, less what came back, past the browser."""
    entries = admin(
        "support.ledger.entry",
        "search_read",
        [
            ("pack_id.account_id.partner_id.name", "=", FIRM),
            ("entry_type", "in", ("usage", "return")),
        ],
        ["quantity"],
    )
    return -sum(entry["quantity"] for entry in entries)


def analyse(page, story, used):
    """What the client used is what the analysis says of it."""
    page.goto("/odoo/action-support_packs.support_consumption_report_action")
    page.wait_for_selector(".o_pivot table")
    pivot = page.locator(".o_pivot")
    for text in story["analysis"]:
        pivot.get_by_text(text).first.wait_for()
    row = page.locator(".o_pivot tbody tr").filter(has_text=FIRM)
    covered = row.locator("td").nth(1).inner_text()
    assert number(covered) == used
    take(page, story, "manager-consumption")
    page.locator(".o_switch_view.o_graph").click()
    page.wait_for_selector(".o_graph_renderer canvas")
    page.locator(".o_switch_view.o_list").click()
    page.locator(".o_data_row").filter(has_text=FIRM).first.wait_for()
