"""What the demo gains with this add-on: two clients more, an urgency, people on call.

The stories of packs stay as they are: what was sold there had no priorities yet.
"""

from odoo.addons.support_packs.demo.events import Client, Purchase, Ticket, Work

# A shop with a bono of 30 hours: its checkout fails, and it cannot wait [000].
SHOP = Client(
    "norte_urgente",
    {
        "name": "Calzados Ribera",
        "street": "Calle de la Rúa 14",
        "zip": "49001",
        "city": "Zamora",
        "state": "za",
        "email": "tienda@calzadosribera.example",
    },
    {
        "name": "Irene Ribera",
        "function": "Gerencia",
        "email": "irene@calzadosribera.example",
    },
    login="cliente_urgente",
)
SHOP_PURCHASE = Purchase("order_urgent", "norte_urgente", "bono_30", days=20)
URGENT_TICKET = Ticket(
    "ticket_checkout_down",
    "norte_urgente",
    1,
    "La tienda no deja pagar",
    "Al pulsar «Pagar» sale una página en blanco. No podemos vender.",
)
URGENT_WORK = Work(0, "00:00", 20, "Restaurar el módulo de pago y probar un pedido")

# A distributor with the intermediate policy: 15 events by priority [004].
DISTRIBUTOR = Client(
    "distribuidora",
    {
        "name": "Distribuidora León",
        "street": "Avenida Insurgentes 540",
        "zip": "37306",
        "city": "León",
        "state": "gto",
        "email": "contacto@distribuidoraleon.example",
    },
    {
        "name": "Teresa Aguilar",
        "function": "Sistemas",
        "email": "teresa@distribuidoraleon.example",
    },
    login="cliente_cupos",
)
DISTRIBUTOR_PURCHASE = Purchase(
    "tickets_order_intermediate", "distribuidora", "intermediate", days=40
)
# Code of the priority: the ticket.
EVENTS = {
    "P1": Ticket(
        "tickets_ticket_server",
        "distribuidora",
        25,
        "El sistema no abre en ninguna caja",
        "Desde las nueve nadie puede cobrar.",
        (Work(25, "09:40", 70, "Levantar el servicio de base de datos"),),
        "El sistema abre en todas las cajas.",
    ),
    "P2": Ticket(
        "tickets_ticket_prices",
        "distribuidora",
        12,
        "Los precios de mayoreo salen mal",
        "El descuento de mayoreo no se aplica desde ayer.",
        (Work(12, "11:00", 45, "Corregir la lista de precios de mayoreo"),),
        "La lista de mayoreo aplica de nuevo.",
    ),
    "P3": Ticket(
        "tickets_ticket_labels",
        "distribuidora",
        3,
        "Las etiquetas se imprimen corridas",
        "El código de barras queda cortado.",
        (Work(3, "10:15", 30, "Ajustar los márgenes de la etiqueta"),),
    ),
}
# The tickets that the story of packs tells of: external name, code of the priority.
PRIORITIES = {
    "tickets_ticket_printer": "P1",
    "tickets_ticket_backup": "P2",
    "tickets_ticket_user": "P1",
    "tickets_ticket_report": "P2",
    "tickets_ticket_agenda": "P3",
}
