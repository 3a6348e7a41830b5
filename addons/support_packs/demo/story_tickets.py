"""A Mexican firm that sells policies of events: a dealer with one, a clinic without."""

from .events import Agency, Client, Purchase, Ticket, Work

DEALER = Client(
    "refacciones",
    {
        "name": "Refacciones Hidalgo",
        "street": "Bulevar Adolfo López Mateos 1210",
        "zip": "37270",
        "city": "León",
        "state": "gto",
        "email": "ventas@refaccioneshidalgo.example",
    },
    {
        "name": "Guadalupe Ríos",
        "function": "Administración",
        "email": "guadalupe@refaccioneshidalgo.example",
    },
    login="cliente_poliza",
)
CLINIC = Client(
    "santarosa",
    {
        "name": "Clínica Santa Rosa",
        "street": "Calle Madero 85",
        "zip": "37000",
        "city": "León",
        "state": "gto",
        "email": "recepcion@clinicasantarosa.example",
    },
    {
        "name": "Óscar Medina",
        "function": "Sistemas",
        "email": "oscar@clinicasantarosa.example",
    },
)

# Basic policy: 8 - 3 = 5 events left.
TICKETS = (
    Ticket(
        "tickets_ticket_printer",
        "refacciones",
        48,
        "La impresora de facturas no responde",
        "Mandamos a imprimir y no sale nada en la caja 2.",
        (Work(48, "10:00", 40, "Reinstalar el controlador por acceso remoto"),),
        "La impresora de la caja 2 ya imprime.",
    ),
    Ticket(
        "tickets_ticket_backup",
        "refacciones",
        30,
        "El respaldo nocturno marca error",
        "Llegó un aviso de que el respaldo no terminó.",
        (Work(30, "09:30", 55, "Liberar espacio y repetir el respaldo"),),
        "El respaldo terminó bien y tiene espacio para seis meses.",
    ),
    Ticket(
        "tickets_ticket_user",
        "refacciones",
        2,
        "Alta de un vendedor nuevo",
        "Entra un vendedor el lunes y necesita acceso al sistema.",
        (Work(2, "12:00", 20, "Crear el usuario con permisos de ventas"),),
    ),
    Ticket(
        "tickets_ticket_report",
        "refacciones",
        1,
        "El reporte de inventario sale en blanco",
        "Al elegir el almacén de Silao el reporte no trae nada.",
    ),
    # No policy: the event is to be invoiced.
    Ticket(
        "tickets_ticket_agenda",
        "santarosa",
        6,
        "La agenda no deja guardar citas",
        "Al guardar una cita aparece un aviso de permisos.",
        (Work(5, "11:00", 35, "Corregir los permisos de la agenda"),),
        "La agenda guarda citas de nuevo.",
    ),
)

AGENCY = Agency(
    "ticket_policy",
    "tickets_",
    {
        "name": "Sistemas del Bajío",
        "street": "Calle Pedro Moreno 302",
        "zip": "37000",
        "city": "León",
        "state": "gto",
        "email": "mesa@sistemasdelbajio.example",
        "website": "https://sistemasdelbajio.example",
    },
    (DEALER, CLINIC),
    (Purchase("tickets_order_basic", "refacciones", "basic", days=60),),
    TICKETS,
    country="mx",
    currency="MXN",
    tz="America/Mexico_City",
    vat=16,
)
