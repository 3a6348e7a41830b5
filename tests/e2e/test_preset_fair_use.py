"""Fair use, in English: a ticket that costs nothing, and says so [003]."""

from preset_story import (
    load_model,
    log,
    open_support,
    open_ticket,
    read_ticket,
    telling,
)

WORDS = {
    "policy": "Fair use",
    "summary": "Support is part of another service",
    "preview": ["Fair use of support", "Support"],
    "subject": "The control panel does not open",
}


def test_fair_use_from_an_empty_company(rpc, login, new_page):
    arguments = (rpc, login, new_page, "fair_use", "en_US")
    with telling(*arguments, chart=False, **WORDS) as story:
        manager, client = story.browse("manager"), story.browse("client")
        load_model(manager, story)
        ticket = open_ticket(client, story)
        technician = story.browse("technician")
        open_support(technician, story)
        technician.get_by_text("This ticket costs nothing.").wait_for()
        log(technician, 25, "Restarted the panel")
        technician.get_by_text("This ticket costs nothing.").wait_for()
        read_ticket(client, story, ticket, "This ticket costs you nothing.", "25 min")
