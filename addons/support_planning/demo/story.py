"""What the demo gains with this add-on: a queue that the next Friday's run will plan.

Two companies plan. In the one that sells hours more was accepted than fits into a week;
in the one that sells minutes a client waits for the technician who knows its shop. The
stories of packs stay as they are, but for two questions that now get an estimate.
"""

from dataclasses import dataclass

from odoo.addons.support_packs.demo.events import Client, Purchase, Ticket

from ..presets.plans import PLANNED_TYPE


@dataclass(frozen=True)
class Estimate:
    """What staff answered to a request, and what became of it.

    :param ticket: the request; the key of one that the stories of packs tell of
    :param minutes: of the whole ticket
    :param note: what will be done
    :param sent: working days ago
    :param accepted: working days ago; None: it waits for the client
    :param at: when it was accepted, by the clock of the agency
    :param waits: whether the ticket waits for an answer of the client
    """

    ticket: Ticket | str
    minutes: int
    note: str
    sent: int
    accepted: int | None = None
    at: str = "12:00"
    waits: bool = False


@dataclass(frozen=True)
class Story:
    """One company: who bought what, what was estimated, and who is away.

    :param share: percent of the manager's time that is for tickets
    :param away: days of the planned week on which the technician is on leave,
        counted from the Monday: the first one and the last one
    :param unpaid: keys of the purchases that nobody paid
    """

    preset: str
    clients: tuple[Client, ...]
    purchases: tuple[Purchase, ...]
    estimates: tuple[Estimate, ...]
    share: int
    away: tuple[int, int]
    unpaid: tuple[str, ...] = ()


def _ticket(key, client, days, subject, text):
    return Ticket(key, client, days, subject, text, kind=PLANNED_TYPE)


# === HOURS: MORE THAN FITS INTO A WEEK [000] === #

CHEESE = Client(
    "queseria",
    {
        "name": "Quesería Valdés",
        "street": "Calle del Medio, 12",
        "zip": "33550",
        "city": "Cangas de Onís",
        "state": "o",
        "email": "pedidos@queseriavaldes.example",
    },
    {
        "name": "Nuria Valdés",
        "function": "Gerencia",
        "email": "nuria@queseriavaldes.example",
    },
    login="cliente_cola",
)
DRIVING = Client(
    "autoescuela",
    {
        "name": "Autoescuela La Ruta",
        "street": "Avenida de Portugal, 51",
        "zip": "37005",
        "city": "Salamanca",
        "state": "sa",
        "email": "info@autoescuelalaruta.example",
    },
    {
        "name": "Sergio Mena",
        "function": "Dirección",
        "email": "sergio@autoescuelalaruta.example",
    },
)
GYM = Client(
    "gimnasio",
    {
        "name": "Gimnasio Cenit",
        "street": "Calle Ancha, 7",
        "zip": "24003",
        "city": "León",
        "state": "le",
        "email": "recepcion@gimnasiocenit.example",
    },
    {
        "name": "Olga Prieto",
        "function": "Administración",
        "email": "olga@gimnasiocenit.example",
    },
)

HOURS = Story(
    "hours_bono",
    (CHEESE, DRIVING, GYM),
    (
        Purchase("order_queseria", "queseria", "bono_50", days=45),
        Purchase("order_autoescuela", "autoescuela", "bono_30", days=38),
        Purchase("order_gimnasio", "gimnasio", "bono_30", days=90),
        Purchase("order_gimnasio_2", "gimnasio", "bono_30", days=30),
    ),
    (
        Estimate(
            _ticket(
                "ticket_pickup",
                "queseria",
                9,
                "Recoger el pedido en la tienda",
                "Muchos clientes del pueblo prefieren pasar a recogerlo. Tendrían que "
                "poder elegir el día y la franja horaria.",
            ),
            900,
            "Forma de entrega «Recogida», con calendario de días y franjas, aviso a "
            "la tienda y pruebas con tres pedidos.",
            sent=7,
            accepted=6,
            at="10:20",
        ),
        Estimate(
            _ticket(
                "ticket_courses",
                "autoescuela",
                8,
                "Inscripción en línea a los cursos",
                "Queremos que los alumnos se apunten y paguen la matrícula desde la "
                "web, sin llamar.",
            ),
            600,
            "Formulario de inscripción con plazas por curso, pago de la matrícula y "
            "correo de confirmación.",
            sent=6,
            accepted=5,
            at="13:05",
        ),
        Estimate(
            _ticket(
                "ticket_classes",
                "gimnasio",
                8,
                "Reservar clases desde el móvil",
                "Los socios quieren reservar su plaza en las clases dirigidas sin "
                "pasar por recepción.",
            ),
            360,
            "Reserva por clase y socio, con lista de espera y anulación hasta una hora "
            "antes.",
            sent=6,
            accepted=5,
            at="17:30",
        ),
        Estimate(
            _ticket(
                "ticket_gift_boxes",
                "queseria",
                6,
                "Cestas de Navidad a medida",
                "Que el cliente elija sus quesos y vea el precio al momento.",
            ),
            480,
            "Configurador de la cesta con existencias y precio, y ficha para almacén.",
            sent=5,
            accepted=4,
            at="09:15",
        ),
        Estimate(
            _ticket(
                "ticket_exam_dates",
                "autoescuela",
                6,
                "Publicar las fechas de examen",
                "Una página con las próximas fechas de examen de cada permiso.",
            ),
            240,
            "Página con filtro por permiso, que se alimenta de una hoja de cálculo.",
            sent=5,
            accepted=4,
            at="11:40",
            waits=True,
        ),
        Estimate(
            _ticket(
                "ticket_resellers",
                "queseria",
                5,
                "Tarifa para tiendas y restaurantes",
                "Nuestros distribuidores tendrían que ver su tarifa al entrar, y pedir "
                "por cajas.",
            ),
            720,
            "Acceso de distribuidores con su tarifa, pedido por cajas y compra mínima.",
            sent=3,
            accepted=2,
            at="16:45",
        ),
        Estimate(
            "ticket_bizum",
            240,
            "Dar de alta Bizum con el banco, añadirlo al pago y hacer dos compras de "
            "prueba.",
            sent=1,
        ),
    ),
    share=50,
    # Thursday.
    away=(3, 3),
    unpaid=("order_gimnasio_2",),
)

# === MINUTES: ONE WAITS FOR WHO KNOWS THE SHOP [002] === #

FLORIST = Client(
    "azahar",
    {
        "name": "Floristería Azahar",
        "street": "Carrer de Cadis, 44",
        "zip": "46006",
        "city": "València",
        "state": "v",
        "email": "hola@floristeriaazahar.example",
    },
    {
        "name": "Amparo Gil",
        "function": "Florista",
        "email": "amparo@floristeriaazahar.example",
    },
)

MINUTES = Story(
    "minutes_pack",
    (FLORIST,),
    (Purchase("minutes_order_azahar", "azahar", "pack_4", days=35),),
    (
        Estimate(
            _ticket(
                "minutes_ticket_ready",
                "miramar",
                7,
                "Avisar cuando las gafas están listas",
                "Llamamos a cada cliente cuando llegan sus gafas. ¿Podría salir un "
                "mensaje solo?",
            ),
            180,
            "Estado «Listas» en el pedido, y correo al cliente con el horario de la "
            "óptica.",
            sent=5,
            accepted=4,
            at="11:10",
        ),
        Estimate(
            _ticket(
                "minutes_ticket_weddings",
                "azahar",
                6,
                "Calendario de entregas para bodas",
                "Necesitamos ver en un calendario qué ramos se entregan cada sábado.",
            ),
            150,
            "Calendario de entregas por día y novia, con su ficha para imprimir.",
            sent=4,
            accepted=3,
            at="10:05",
        ),
        Estimate(
            _ticket(
                "minutes_ticket_covers",
                "azahar",
                5,
                "Fotos nuevas en la portada",
                "Tenemos fotos de la temporada para la portada. Os las mandamos.",
            ),
            45,
            "Preparar cinco fotos y montar el carrusel de la portada.",
            sent=4,
            accepted=3,
            at="18:20",
            waits=True,
        ),
        Estimate(
            _ticket(
                "minutes_ticket_valencian",
                "azahar",
                4,
                "La tienda también en valenciano",
                "Nos lo piden muchos clientes. Los textos los traducimos nosotros.",
            ),
            420,
            "Preparar la tienda en dos idiomas y cargar los textos traducidos.",
            sent=2,
            accepted=1,
            at="09:30",
        ),
        Estimate(
            "minutes_ticket_lenses",
            300,
            "Producto por suscripción con cobro cada mes, y página para pausarla.",
            sent=1,
        ),
    ),
    share=50,
    # Monday and Tuesday: within the days for which work waits.
    away=(0, 1),
)

STORIES = (HOURS, MINUTES)
