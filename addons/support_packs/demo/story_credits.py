"""A studio that sells credits: an academy that recharges, a nursery that ran out."""

from .events import Agency, Client, Purchase, Ticket, Work

ACADEMY = Client(
    "horizonte",
    {
        "name": "Academia Horizonte",
        "vat": "ESB41667205",
        "street": "Avenida de la Borbolla, 12",
        "zip": "41004",
        "city": "Sevilla",
        "state": "se",
        "email": "secretaria@academiahorizonte.example",
    },
    {
        "name": "Rocío Vidal",
        "function": "Secretaría",
        "email": "rocio@academiahorizonte.example",
    },
    login="cliente_creditos",
)
NURSERY = Client(
    "lagar",
    {
        "name": "Viveros Lagar",
        "vat": "ESB29601580",
        "street": "Camino del Arroyo, 4",
        "zip": "41500",
        "city": "Alcalá de Guadaíra",
        "state": "se",
        "email": "tienda@viveroslagar.example",
    },
    {
        "name": "Manuel Lagar",
        "function": "Propietario",
        "email": "manuel@viveroslagar.example",
    },
)

# Registration 60 - 30 - 30 = 0; recharge 120 - 45 - 15 = 60 left.
TICKETS = (
    Ticket(
        "credits_ticket_newsletter",
        "horizonte",
        108,
        "¿Cómo se programa un boletín?",
        "Queremos que el boletín salga los lunes a las nueve y no vemos dónde se dice.",
        (Work(108, "10:00", 16, "Explicar la programación con capturas de pantalla"),),
        "Está en Envíos, Programar. Le hemos mandado los tres pasos con imágenes.",
        kind="consultation",
    ),
    Ticket(
        "credits_ticket_enrolment",
        "horizonte",
        60,
        "La matrícula no guarda el segundo apellido",
        "Al enviar la matrícula, el segundo apellido llega vacío.",
        (
            Work(60, "09:30", 40, "Localizar el campo perdido en el formulario"),
            Work(59, "12:00", 30, "Corregir el formulario y recuperar las matrículas"),
        ),
        "El segundo apellido se guarda de nuevo y las doce matrículas están completas.",
        kind="intervention",
    ),
    Ticket(
        "credits_ticket_password",
        "horizonte",
        12,
        "Cambiar la contraseña de una profesora",
        "Una profesora ha perdido su contraseña y no le llega el correo.",
        (Work(12, "16:10", 7, "Explicar cómo se cambia desde el panel"),),
        "Se cambia en Usuarios, Editar. El correo estaba en la carpeta de spam.",
        kind="consultation",
    ),
    Ticket(
        "credits_ticket_update",
        "horizonte",
        1,
        "Actualizar la web a la última versión",
        "El panel avisa de una actualización de seguridad. ¿La podéis hacer?",
        kind="security_update",
    ),
    # 30 of 45 are covered: the rest waits for a decision.
    Ticket(
        "credits_ticket_tags",
        "lagar",
        20,
        "Etiquetas de precio desde la tienda",
        "¿Se pueden imprimir las etiquetas de precio con el código de barras?",
        (Work(20, "11:00", 45, "Probar dos extensiones y explicar la que sirve"),),
        "Sí: con la extensión de etiquetas que ya tiene instalada. Va la guía.",
        kind="consultation",
    ),
)

AGENCY = Agency(
    "credits_recharge",
    "credits_",
    {
        "name": "Estudio Marisma",
        "vat": "ESB33774126",
        "street": "Calle Betis, 44",
        "zip": "41010",
        "city": "Sevilla",
        "state": "se",
        "email": "asistencia@estudiomarisma.example",
        "website": "https://estudiomarisma.example",
    },
    (ACADEMY, NURSERY),
    (
        Purchase("credits_order_registration", "horizonte", "registration", days=115),
        Purchase("credits_order_recharge", "horizonte", "recharge_120", days=80),
        Purchase("credits_order_lagar", "lagar", "recharge_30", days=25),
    ),
    TICKETS,
    vat=21,
)
