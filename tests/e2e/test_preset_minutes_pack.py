"""Packs of minutes, in Spanish: a new client is approved, 1 + 4 + 10 are 15 [002]."""

from preset_story import (
    approve,
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
    "policy": "Packs de minutos",
    "summary": "El cliente compra 4 o 12 horas",
    "preview": ["Pack 4 h", "Pack 12 h", "Hora de soporte", "Soporte técnico"],
    "description": "Una tienda de cerámica con unas doscientas piezas en venta.",
    "product": "Pack 4 h",
    "price": "200,00",
    "granted": "240 min",
    "subject": "El logotipo se ve borroso",
}


def test_minutes_from_an_empty_company(rpc, login, new_page):
    with telling(rpc, login, new_page, "minutes_pack", "es_ES", **WORDS) as story:
        manager, client = story.browse("manager"), story.browse("client")
        load_model(manager, story)
        approve(manager, story)
        sell(manager, story)
        ticket = open_ticket(client, story)
        technician = story.browse("technician")
        open_support(technician, story)
        for minutes, charged in ((1, "1 min"), (4, "5 min"), (10, "15 min")):
            log(technician, minutes, "Cambiar el logotipo")
            see_charge(technician, charged, "min")
        see_charge(technician, "15 min", "225 min")
        read_ticket(client, story, ticket, "15 min", "+10 min", "3 h 45 min")
