"""Policies of events, in Spanish and in pesos: a ticket uses one of 8 [004]."""

from backoffice import press
from preset_story import (
    load_model,
    open_support,
    open_ticket,
    read_ticket,
    see_charge,
    sell,
    telling,
)

WORDS = {
    "policy": "Pólizas de tickets",
    "summary": "El cliente contrata una póliza de 8, 15 o 20 eventos",
    "preview": [
        "Póliza Básica",
        "Póliza Intermedia",
        "Póliza Avanzada",
        "Evento de soporte",
        "Mesa de servicio",
    ],
    "product": "Póliza Básica",
    "price": "6.000,00",
    "granted": "8 tickets",
    "subject": "La impresora de facturas no responde",
}


def test_tickets_from_an_empty_company(rpc, login, new_page):
    arguments = (rpc, login, new_page, "ticket_policy", "es_ES")
    with telling(*arguments, currency="MXN", **WORDS) as story:
        manager, client = story.browse("manager"), story.browse("client")
        load_model(manager, story)
        sell(manager, story)
        ticket = open_ticket(client, story)
        technician = story.browse("technician")
        open_support(technician, story)
        press(technician, "action_support_admit")
        see_charge(technician, "1 ticket", "7 tickets")
        read_ticket(client, story, ticket, "1 ticket", "7 tickets")
