"""Credits, in English: a consultation of 16 minutes is 30 of 60 credits [001]."""

from preset_story import (
    load_model,
    log,
    open_support,
    open_ticket,
    read_ticket,
    see_charge,
    sell,
    solve,
    telling,
)

WORDS = {
    "policy": "Credits",
    "summary": "Clients recharge credits that do not expire",
    "preview": [
        "Recharge 480 credits",
        "Registration 60 credits",
        "Security update",
        "Very old version",
        "Telephone",
    ],
    "product": "Recharge 60 credits",
    "price": "36.00",
    "granted": "60 credits",
    "subject": "How do I schedule a newsletter?",
}


def test_credits_from_an_empty_company(rpc, login, new_page):
    with telling(rpc, login, new_page, "credits_recharge", "en_US", **WORDS) as story:
        manager, client = story.browse("manager"), story.browse("client")
        load_model(manager, story)
        sell(manager, story)
        ticket = open_ticket(client, story)
        technician = story.browse("technician")
        open_support(technician, story)
        log(technician, 16, "Explained how it is done")
        solve(technician, story)
        see_charge(technician, "30 credits", "30 credits")
        read_ticket(client, story, ticket, "30 credits", "16 min", "blocks of 15")
