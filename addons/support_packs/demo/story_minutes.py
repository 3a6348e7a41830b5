"""A workshop that sells minutes: a shop on its second pack, and an applicant."""

from .events import Agency, Client, Purchase, Ticket, Work

OPTICIAN = Client(
    "miramar",
    {
        "name": "Óptica Miramar",
        "vat": "ESB48621973",
        "street": "Paseo de Neptuno, 30",
        "zip": "46011",
        "city": "València",
        "state": "v",
        "email": "hola@opticamiramar.example",
    },
    {
        "name": "Elena Ferrer",
        "function": "Óptica",
        "email": "elena@opticamiramar.example",
    },
    login="cliente_minutos",
)
POTTERY = Client(
    "duero",
    {
        "name": "Cerámica Duero",
        "vat": "ESB47990130",
        "street": "Calle Balborraz, 9",
        "zip": "46980",
        "city": "Paterna",
        "state": "v",
        "email": "taller@ceramicaduero.example",
    },
    {
        "name": "Raúl Duero",
        "function": "Ceramista",
        "email": "raul@ceramicaduero.example",
    },
)

# Pack 4 h: 15 + 95 + 130 = 240. Pack 12 h: 720 - 30 - 45 = 645 left.
TICKETS = (
    Ticket(
        "minutes_ticket_logo",
        "miramar",
        140,
        "El logotipo se ve borroso",
        "En la cabecera el logotipo sale borroso en pantallas nuevas.",
        (
            Work(140, "10:05", 1, "Confirmar qué archivo se usa"),
            Work(140, "10:30", 4, "Pedir el logotipo en buena resolución"),
            Work(139, "11:00", 10, "Cambiarlo y comprobarlo en tres pantallas"),
        ),
        "El logotipo nuevo ya está puesto y se ve nítido.",
    ),
    Ticket(
        "minutes_ticket_catalogue",
        "miramar",
        120,
        "Filtrar las monturas por color",
        "Querríamos que en el catálogo se pudiera elegir el color de la montura.",
        (Work(118, "10:00", 95, "Crear el atributo y el filtro del catálogo"),),
        "El filtro de color está publicado.",
    ),
    Ticket(
        "minutes_ticket_appointments",
        "miramar",
        100,
        "Reservar hora para graduarse",
        "¿Podemos poner una página para pedir hora de graduación?",
        (Work(97, "12:00", 130, "Página de reservas con horario y confirmación"),),
        "La página de reservas funciona y llega un correo de cada cita.",
    ),
    Ticket(
        "minutes_ticket_checkout",
        "miramar",
        40,
        "El pago se queda pensando",
        "Al pagar, la rueda da vueltas más de un minuto.",
        (
            Work(40, "10:15", 30, "Medir el pago: tarda el aviso a la mensajería"),
            Work(39, "10:00", 45, "Avisar a la mensajería después del pago, no antes"),
        ),
        "El pago tarda ahora tres segundos.",
    ),
    Ticket(
        "minutes_ticket_lenses",
        "miramar",
        1,
        "Vender lentillas por suscripción",
        "Nos piden recibir las lentillas cada mes. ¿Cuánto tiempo llevaría?",
    ),
)

AGENCY = Agency(
    "minutes_pack",
    "minutes_",
    {
        "name": "Taller de Código Levante",
        "vat": "ESB28437713",
        "street": "Carrer de Sueca, 18",
        "zip": "46006",
        "city": "València",
        "state": "v",
        "email": "soporte@codigolevante.example",
        "website": "https://codigolevante.example",
    },
    (OPTICIAN, POTTERY),
    (
        Purchase("minutes_order_first", "miramar", "pack_4", days=150),
        Purchase("minutes_order_second", "miramar", "pack_12", days=60),
    ),
    TICKETS,
    vat=21,
    applicants=("duero",),
)
