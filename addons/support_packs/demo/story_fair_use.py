"""A hosting company whose support costs nothing: a hotel that asks now and then."""

from .events import Agency, Client, Ticket, Work

AGENCY = Agency(
    "fair_use",
    "fair_",
    {
        "name": "Alojamientos Boreal",
        "vat": "ESB15008428",
        "street": "Calle de Alfonso I, 20",
        "zip": "50003",
        "city": "Zaragoza",
        "state": "z",
        "email": "ayuda@alojamientosboreal.example",
        "website": "https://alojamientosboreal.example",
    },
    (
        Client(
            "robles",
            {
                "name": "Hotel Los Robles",
                "vat": "ESB36119055",
                "street": "Avenida de Francia, 7",
                "zip": "22700",
                "city": "Jaca",
                "state": "hu",
                "email": "reservas@hotellosrobles.example",
            },
            {
                "name": "Nuria Gil",
                "function": "Recepción",
                "email": "nuria@hotellosrobles.example",
            },
            login="cliente_justo",
        ),
    ),
    tickets=(
        Ticket(
            "fair_ticket_panel",
            "robles",
            9,
            "El panel de control no abre",
            "Desde esta mañana el panel de control no carga. La web sí funciona.",
            (Work(9, "10:20", 15, "Reiniciar el panel y comprobar los accesos"),),
            "El panel abre de nuevo. Era un reinicio pendiente de esta noche.",
        ),
        Ticket(
            "fair_ticket_mail",
            "robles",
            1,
            "¿Cómo añado un buzón nuevo?",
            "Entra una compañera en recepción y necesita correo.",
        ),
    ),
    chart="",
)
