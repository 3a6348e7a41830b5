"""Packs of hours, in Spanish: 25, 12 and 43 minutes are 80 of a Bono 30 h [000]."""

from preset_story import (
    load_again,
    load_model,
    log,
    open_support,
    open_ticket,
    read_ticket,
    see_charge,
    sell,
    telling,
)

WORDS = {
    "policy": "Bonos de horas",
    "summary": "El cliente compra bonos de horas por adelantado",
    "preview": ["Bono 30 h", "Bono 50 h", "Bono 80 h", "Hora de soporte", "Soporte"],
    "product": "Bono 30 h",
    "price": "1.800,00",
    "granted": "1.800 min",
    "subject": "El carrito no suma bien",
}


def test_hours_from_an_empty_company(rpc, login, new_page):
    with telling(rpc, login, new_page, "hours_bono", "es_ES", **WORDS) as story:
        manager, client = story.browse("manager"), story.browse("client")
        load_model(manager, story)
        load_again(manager, story)
        sell(manager, story)
        ticket = open_ticket(client, story)
        technician = story.browse("technician")
        open_support(technician, story)
        for minutes, charged in ((25, "60 min"), (12, "60 min"), (43, "80 min")):
            log(technician, minutes, "Revisar el carrito")
            see_charge(technician, charged, "min")
        see_charge(technician, "80 min", "1.720 min")
        read_ticket(
            client, story, ticket, "80 min", "1.720 min", "+60 min", "+20 min", "caduca"
        )
