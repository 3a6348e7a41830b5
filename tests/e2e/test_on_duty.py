"""A manager plans who is on duty by clicks, and two people swap their shifts."""

import pytest
from backoffice import PROPOSAL, open_action, press
from pictures import take
from reading import assert_only_this_language

WORDS = {
    "en_US": {
        "shown": "Shifts of each",
        "per": "Lucía Romero 14",
        "never": ["guardia", "Turnos", "Equipo", "Cancelar"],
    },
    "es_ES": {
        "shown": "Turnos de cada",
        "per": "Lucía Romero 14",
        "never": ["On duty", "Shifts", "Handover", "Cancel "],
    },
}
CALENDAR = "support_urgency.support_oncall_shift_action"
ROTATION = "support_urgency.support_oncall_rotation_action"


@pytest.fixture(params=sorted(WORDS))
def story(request, speaking):
    with speaking(["responsable"], request.param):
        yield {**WORDS[request.param], "lang": request.param}


def test_a_rotation_is_planned_and_two_people_swap(story, new_page, login, rpc):
    locale = story["lang"].replace("_", "-")
    manager = login(new_page(locale=locale), "responsable")
    before = shifts(rpc)
    plan(manager, story)
    made = shifts(rpc)[len(before) :]
    assert len(made) == 28
    # Two people, a day each in turn.
    turns = [shift["user_id"][1] for shift in made]
    assert len(set(turns[:2])) == 2 and turns == turns[:2] * 14
    # Each ends when the next one begins.
    assert [one["date_end"] for one in made[:-1]] == [
        one["date_start"] for one in made[1:]
    ]
    swap(manager, story, made[0])
    after = {shift["id"]: shift["user_id"][1] for shift in shifts(rpc)}
    changed = [one for one in before + made if one["user_id"][1] != after[one["id"]]]
    assert made[0] in changed and len(changed) == 2
    assert after[changed[0]["id"]] == changed[1]["user_id"][1]
    assert after[changed[1]["id"]] == changed[0]["user_id"][1]


def shifts(rpc):
    fields = ["user_id", "date_start", "date_end"]
    return rpc("responsable")(
        "support.oncall.shift", "search_read", [], fields, order="date_start"
    )


def plan(page, story):
    """The wizard shows each shift before it makes any; then comes the calendar."""
    page.goto(f"/odoo/action-{CALENDAR}")
    page.locator(".o_calendar_view").wait_for()
    page.goto(f"/odoo/action-{ROTATION}")
    dialog = page.locator(".modal")
    dialog.get_by_text(story["per"]).wait_for()
    assert story["shown"] in dialog.inner_text()
    assert_only_this_language(dialog, story)
    take(page, story, "manager-rotation")
    press(page, "action_make", ".modal")
    dialog.wait_for(state="detached")
    page.locator(".o_calendar_view .fc-event").first.wait_for()
    assert_only_this_language(page.locator(".o_calendar_view"), story)
    take(page, story, "manager-shifts")


def swap(page, story, shift):
    open_action(page, CALENDAR, str(shift["id"]))
    press(page, "action_swap")
    page.locator(".modal [name=other_id] input").click()
    page.locator(PROPOSAL).first.click()
    page.locator(".modal [name=other_user_id]").wait_for()
    assert_only_this_language(page.locator(".modal"), story)
    take(page, story, "manager-swap")
    press(page, "action_apply", ".modal")
    page.locator(".modal").wait_for(state="detached")
