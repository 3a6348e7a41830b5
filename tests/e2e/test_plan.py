"""A planner makes the plan of a week by clicks; technician and client read it.

On the queue that the demo has, once in English and once in Spanish: undoing the plan
at the end leaves the queue as it was. The pictures on the way are those of the docs.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from backoffice import choose, open_action, press, save, write
from pictures import take
from reading import PHONE, assert_fits, assert_only_this_language

# Whose clock the agency's is.
ZONE = "Europe/Madrid"
COMPANY, TEAM = "Taller Web Norte", "Soporte web"
PLANNER, TECHNICIAN, CLIENT = "responsable", "tecnica", "cliente_cola"
LUCIA, JAVIER = "Lucía Romero", "Javier Ortega"
PLANS = "support_planning.support_plan_action"
TICKETS = "helpdesk_mgmt.helpdesk_ticket_action"
HIGH = {"width": 1280, "height": 1330}
# Subjects of the demo, as its clients wrote them.
PICKUP = "Recoger el pedido en la tienda"
COURSES = "Inscripción en línea a los cursos"
BOXES = "Cestas de Navidad a medida"
RESELLERS = "Tarifa para tiendas y restaurantes"
ON_HOLD = "Reservar clases desde el móvil"
OWES_ANSWER = "Publicar las fechas de examen"
WAITS_FOR_LUCIA = "Avisar cuando las gafas están listas"

WORDS = {
    "en_US": {
        "date format": "%m/%d/%Y",
        "hold": "on hold",
        "unpaid": "unpaid invoices",
        "answer": "waits for the client's answer",
        "place": "Number 1 in the queue.",
        "room": "Has most room",
        "chosen": "The planner chose who does it.",
        "pinned": "Pinned by the planner.",
        "excluded": "Left out by the planner",
        "reason": "The client is on holiday until Monday",
        "otherwise": "Otherwise than proposed",
        "dropped": "Proposed, and not in the plan",
        "planned": "Planned",
        "begins": "We begin on",
        "queued": "In the queue",
        "week": "We expect to begin in the week of",
        "never": ["Capacidad", "Planificado", "cola", "hueco", "Proponer"],
    },
    "es_ES": {
        "date format": "%d/%m/%Y",
        "hold": "retenida",
        "unpaid": "facturas impagadas",
        "answer": "espera la respuesta del cliente",
        "place": "Número 1 de la cola.",
        "room": "Tiene más hueco",
        "chosen": "Quien planifica eligió quién lo hace.",
        "pinned": "Fijado por quien planifica.",
        "excluded": "Excluido por quien planifica",
        "reason": "El cliente está de vacaciones hasta el lunes",
        "otherwise": "Distintas de lo propuesto",
        "dropped": "Propuesto y fuera del plan",
        "planned": "Planificado",
        "begins": "Empezamos el",
        "queued": "En la cola",
        "week": "Prevemos empezar en la semana del",
        "never": ["Capacity", "Planned", "queue", "room", "Propose"],
    },
}


def today_there():
    """The day that planner and technician see: another than ours around midnight."""
    return datetime.now(ZoneInfo(ZONE)).date()


@pytest.fixture(params=sorted(WORDS))
def story(request, rpc, speaking):
    """The words of a language, the week after the next cut-off, and the tickets."""
    admin = rpc("admin")
    words = {**WORDS[request.param], "lang": request.param}
    today = today_there()
    words["monday"] = today + timedelta(days=(4 - today.weekday()) % 7 + 3)
    subjects = [PICKUP, COURSES, BOXES, RESELLERS, ON_HOLD, OWES_ANSWER]
    found = admin(
        "helpdesk.ticket",
        "search_read",
        [("name", "in", [*subjects, WAITS_FOR_LUCIA])],
        ["name", "number"],
    )
    words["ids"] = {one["name"]: one["id"] for one in found}
    words["numbers"] = {one["name"]: one["number"] for one in found}
    with speaking([PLANNER, TECHNICIAN], request.param):
        yield words


def test_the_planner_plans_the_week_and_undoes_it(story, new_page, login, rpc):
    here = {"locale": story["lang"].replace("_", "-"), "timezone_id": ZONE}
    planner = login(new_page(**here), PLANNER)
    read_the_queue(planner, story)
    make_the_plan(planner, story)
    see_the_time(planner, story)
    propose(planner, story)
    before = read_lines(planner)
    swap(planner, story)
    move(planner, story)
    pin(planner, story)
    exclude(planner, story, PICKUP)
    compare(planner, story)
    go_back(planner, story)
    assert read_lines(planner) == before
    exclude(planner, story, RESELLERS)
    confirm(planner, story)
    look_ahead(rpc("admin"))
    technician = login(new_page(**here), TECHNICIAN)
    see_the_work(technician, story)
    see_the_activity(technician, story)
    phone = login(new_page(**here, **PHONE), CLIENT)
    read_the_dates(phone, story)
    read_the_place(phone, story, RESELLERS)
    take(phone, story, "client-queue")
    other = login(new_page(**here, **PHONE), "cliente_minutos")
    read_the_place(other, story, WAITS_FOR_LUCIA)
    undo(planner, story)
    look_ahead(rpc("admin"))
    read_the_place(phone, story, PICKUP)


# === THE PLANNER === #


def read_the_queue(page, story):
    """From the menu to the queue of the team, in the order of acceptance."""
    open_action(page, "support_packs.support_account_action")
    page.locator("[data-menu-xmlid='support_packs.support_menu']").click()
    page.locator("[data-menu-xmlid='support_planning.support_queue_menu']").click()
    rows = page.locator(".o_data_row")
    rows.filter(has_text=PICKUP).wait_for()
    subjects = [PICKUP, COURSES, ON_HOLD, BOXES, OWES_ANSWER, RESELLERS]
    text = page.locator(".o_list_renderer").inner_text()
    places = [text.index(subject) for subject in subjects]
    assert places == sorted(places)
    rows.filter(has_text=ON_HOLD).get_by_text(story["unpaid"]).wait_for()
    rows.filter(has_text=OWES_ANSWER).get_by_text(story["answer"]).wait_for()
    assert_only_this_language(page.locator(".o_list_view"), story)
    take(page, story, "planner-queue")


def make_the_plan(page, story):
    """Choose the team and the week."""
    page.locator("[data-menu-xmlid='support_packs.support_menu']").click()
    page.locator("[data-menu-xmlid='support_planning.support_plan_menu']").click()
    page.locator(".o_list_button_add").click()
    page.locator(".o_form_view [name=team_id] input").wait_for()
    choose(page, "team_id", TEAM)
    pick_day(page, story, story["monday"])
    save(page)


def pick_day(page, story, day):
    """Open the calendar of the week and click a Monday, in a later month perhaps."""
    shown = page.locator(".o_form_view [name=date_start] button")
    text = shown.get_attribute("data-tooltip")
    before = datetime.strptime(text, story["date format"])
    shown.click()
    for _month in range(12 * (day.year - before.year) + day.month - before.month):
        page.locator(".o_datetime_picker .o_next").click()
    days = page.locator(".o_date_item_cell:not(.o_out_of_range)")
    days.get_by_text(str(day.day), exact=True).click()
    tooltip = day.strftime(story["date format"])
    page.locator(f"[name=date_start] button[data-tooltip='{tooltip}']").wait_for()


def see_the_time(page, story):
    """What the team has, beside what waits."""
    people = page.locator("[name=capacity_ids]")
    for name in (LUCIA, JAVIER):
        people.locator(".o_data_row").filter(has_text=name).wait_for()
    waiting = page.locator("[name=candidate_ids]")
    for subject in (PICKUP, ON_HOLD):
        waiting.locator(".o_data_row").filter(has_text=subject).wait_for()
    assert_only_this_language(page.locator(".o_form_sheet"), story)
    take(page, story, "planner-capacity")


def propose(page, story):
    """Each line says why it is in, each other ticket why it is not."""
    press(page, "action_propose")
    first = line(page, story, PICKUP)
    first.get_by_text(story["place"]).wait_for()
    assert story["room"] in first.inner_text()
    for subject in (COURSES, BOXES, RESELLERS):
        line(page, story, subject).wait_for()
    out(page, story, ON_HOLD).get_by_text(story["hold"]).wait_for()
    out(page, story, OWES_ANSWER).get_by_text(story["answer"]).wait_for()
    # High enough for all of the plan to be in the pictures.
    page.set_viewport_size(HIGH)
    assert page.get_by_text(story["otherwise"]).count() == 0
    assert_only_this_language(page.locator(".o_form_sheet"), story)
    take(page, story, "planner-proposal")


def line(page, story, subject):
    """Return the first line of a ticket; several people may share it."""
    rows = page.locator("[name=line_ids] .o_data_row")
    return rows.filter(has_text=story["numbers"][subject]).first


def out(page, story, subject):
    rows = page.locator("[name=unplaced_ids] .o_data_row")
    return rows.filter(has_text=story["numbers"][subject])


def read_lines(page):
    return page.locator("[name=line_ids] .o_data_row").all_inner_texts()


def open_change(page, story, subject):
    line(page, story, subject).locator("button[name=action_change]").click()
    dialog = page.locator(".modal")
    dialog.locator("[name=minutes] input").wait_for()
    return dialog


def close_change(page):
    press(page, "action_change", ".modal")
    page.locator(".modal").wait_for(state="detached")


def swap(page, story):
    """The other technician does it."""
    row = line(page, story, COURSES)
    other = LUCIA if JAVIER in row.inner_text() else JAVIER
    open_change(page, story, COURSES)
    choose(page, "user_id", other, ".modal")
    take(page, story, "planner-change")
    close_change(page)
    row.get_by_text(other).wait_for()
    row.get_by_text(story["chosen"]).wait_for()


def move(page, story):
    """It begins on Wednesday, not before."""
    row = line(page, story, BOXES)
    before = row.locator("[name=period]").inner_text()
    open_change(page, story, BOXES)
    wednesday = story["monday"] + timedelta(days=2)
    day = wednesday.strftime(story["date format"])
    write(page, "date_start", f"{day} 10:00:00", ".modal")
    page.locator(".modal [name=date_start] input").press("Enter")
    close_change(page)
    moved = row.locator("[name=period]").filter(has_text=str(wednesday.day))
    moved.get_by_text("10:00").wait_for()
    assert moved.inner_text() != before


def pin(page, story):
    row = line(page, story, PICKUP)
    row.locator("button[name=action_pin]:visible").click()
    row.get_by_text(story["pinned"]).wait_for()
    row.locator("button[name=action_pin].text-primary").wait_for()


def exclude(page, story, subject):
    """Leave it out of the week, with a reason that colleagues read."""
    dialog = open_change(page, story, subject)
    dialog.locator("[name=is_excluded] input").check()
    write(page, "exclusion", story["reason"], ".modal")
    close_change(page)
    row = out(page, story, subject)
    row.get_by_text(f"{story['excluded']}: {story['reason']}").wait_for()
    line(page, story, subject).wait_for(state="detached")


def compare(page, story):
    """What is otherwise than proposed is said, and what is not in any more."""
    banner = page.locator(".o_form_view .alert-warning:visible")
    banner.get_by_text(story["otherwise"]).wait_for()
    told = banner.inner_text()
    assert story["dropped"] in told
    assert story["numbers"][PICKUP] in told
    assert_only_this_language(page.locator(".o_form_sheet"), story)
    take(page, story, "planner-changed")


def go_back(page, story):
    press(page, "action_reset")
    agree(page)
    page.get_by_text(story["otherwise"]).wait_for(state="hidden")
    line(page, story, PICKUP).get_by_text(story["place"]).wait_for()


def agree(page):
    page.locator(".modal .modal-footer .btn-primary").click()
    page.locator(".modal").wait_for(state="detached")


def confirm(page, story):
    press(page, "action_confirm")
    stands_at(page, "confirmed")
    page.locator(".nav-link[name=notices]").click()
    told = page.locator("[name=notice_ids] .o_data_row")
    told.filter(has_text="Quesería Valdés").wait_for()
    assert_only_this_language(page.locator("[name=notice_ids]"), story)
    page.locator(".nav-link[name=lines]").click()
    take(page, story, "planner-confirmed")


def undo(page, story):
    """The dates are withdrawn until the week starts."""
    press(page, "action_cancel")
    agree(page)
    stands_at(page, "cancelled")


def stands_at(page, state):
    page.locator(f".o_arrow_button_current[data-value={state}]").wait_for()


def look_ahead(admin):
    """What the clock does some minutes later."""
    [job] = admin(
        "ir.model.data",
        "search_read",
        [("module", "=", "support_planning"), ("name", "=", "cron_forecast")],
        ["res_id"],
    )
    admin("ir.cron", "method_direct_trigger", [job["res_id"]])


# === WHO DOES IT === #


def see_the_work(page, story):
    """The calendar of the week."""
    page.goto("/odoo/action-support_planning.support_plan_line_action")
    page.locator(".o_calendar_view").wait_for()
    today = today_there()
    # Weeks begin on Sunday in American English.
    since = today.isoweekday() % 7 if story["lang"] == "en_US" else today.weekday()
    for _week in range((story["monday"] - today + timedelta(days=since)).days // 7):
        page.locator(".o_calendar_button_next").click()
    events = page.locator(".fc-event")
    events.filter(has_text=story["numbers"][PICKUP]).first.wait_for()
    assert_only_this_language(page.locator(".o_calendar_container"), story)
    take(page, story, "technician-planned")


def see_the_activity(page, story):
    """What Lucía is to do is among her activities."""
    mine = page.locator(".fc-event").filter(has_text=LUCIA).first
    subject = next(
        name for name, number in story["numbers"].items() if number in mine.inner_text()
    )
    open_action(page, TICKETS, str(story["ids"][subject]))
    page.locator(".o-mail-Activity").filter(has_text=LUCIA).first.wait_for()


# === WHO PAYS FOR IT === #


def read_the_dates(page, story):
    page.goto(f"/my/ticket/{story['ids'][PICKUP]}")
    box = page.locator(".o_support_plan")
    box.get_by_text(story["begins"]).wait_for()
    assert story["planned"] in box.inner_text()
    assert_fits(page)
    assert_only_this_language(box, story)
    take(page, story, "client-planned")


def read_the_place(page, story, subject):
    page.goto(f"/my/ticket/{story['ids'][subject]}")
    box = page.locator(".o_support_plan")
    box.get_by_text(story["week"]).wait_for()
    assert story["queued"] in box.inner_text()
    assert_fits(page)
    assert_only_this_language(box, story)
