"""The first story of the demo: an agency, four clients, a year of support by the hour.

Days are counted back from today in working days, so that the demo never grows stale,
work never falls on a weekend, and two days never become one.
"""

from .events import Agency, Client, Purchase, Ticket, Work

COMPANY = {
    "name": "Taller Web Norte",
    "vat": "ESB33740168",
    "street": "Calle de la Merced, 21",
    "zip": "33201",
    "city": "Gijón",
    "state": "o",
    "email": "soporte@tallerwebnorte.example",
    "website": "https://tallerwebnorte.example",
}

CLIENTS = (
    Client(
        "ibanez",
        {
            "name": "Ferretería Ibáñez",
            "vat": "ESB39902713",
            "street": "Calle del Arrabal, 8",
            "zip": "39003",
            "city": "Santander",
            "state": "s",
            "email": "tienda@ferreteriaibanez.example",
        },
        {
            "name": "Marta Ibáñez",
            "function": "Gerente",
            "email": "marta@ferreteriaibanez.example",
        },
        login="cliente",
    ),
    Client(
        "sonrisas",
        {
            "name": "Clínica Dental Sonrisas",
            "vat": "ESB48820138",
            "street": "Alameda de Urquijo, 40",
            "zip": "48011",
            "city": "Bilbao",
            "state": "bi",
            "email": "recepcion@clinicasonrisas.example",
        },
        {
            "name": "Andrés Peña",
            "function": "Administración",
            "email": "andres@clinicasonrisas.example",
        },
    ),
    Client(
        "pasaje",
        {
            "name": "Librería Pasaje",
            "vat": "ESB26581926",
            "street": "Calle Portales, 15",
            "zip": "26001",
            "city": "Logroño",
            "state": "lo",
            "email": "hola@libreriapasaje.example",
        },
        {
            "name": "Carmen Solís",
            "function": "Librera",
            "email": "carmen@libreriapasaje.example",
        },
    ),
    Client(
        "altamira",
        {
            "name": "Bodegas Altamira",
            "vat": "ESB01477058",
            "street": "Carretera de Logroño, 3",
            "zip": "01300",
            "city": "Laguardia",
            "state": "vi",
            "email": "pedidos@bodegasaltamira.example",
        },
        {
            "name": "Íñigo Salcedo",
            "function": "Comercio electrónico",
            "email": "inigo@bodegasaltamira.example",
        },
        login="bodegas",
    ),
)

# === WHAT HAPPENED === #

PURCHASES = (
    Purchase("order_pasaje", "pasaje", "bono_30", days=285),
    Purchase("order_sonrisas_1", "sonrisas", "bono_30", days=170),
    Purchase("order_sonrisas_2", "sonrisas", "bono_30", days=62),
    Purchase("order_ibanez", "ibanez", "bono_30", days=30),
)

# 1 800 - 600 - 410 - 190 - 60 = 540 min expire with the bono.
PASAJE = (
    Ticket(
        "ticket_catalogue",
        "pasaje",
        270,
        "Subir el catálogo de novedades",
        "Tenemos unas 400 novedades en una hoja de cálculo, con ISBN, precio y "
        "sinopsis. ¿Podéis cargarlas en la tienda con sus portadas?",
        (
            Work(268, "09:30", 320, "Preparar la hoja y cargar las fichas y precios"),
            Work(267, "09:15", 280, "Descargar, recortar y asociar las portadas"),
        ),
        "Las 412 novedades ya están en la tienda, cada una con su portada.",
    ),
    Ticket(
        "ticket_invoicing",
        "pasaje",
        200,
        "Conectar la tienda con el programa de facturación",
        "Copiamos cada pedido a mano en el programa de facturación y nos "
        "equivocamos a menudo. Querríamos que pasara solo.",
        (
            Work(
                197, "10:00", 410, "Exportar los pedidos cada hora al programa y probar"
            ),
        ),
        "Los pedidos pasan cada hora. Hemos comprobado los de esta semana.",
    ),
    Ticket(
        "ticket_book_club",
        "pasaje",
        120,
        "Página para el club de lectura",
        "Nos gustaría una página con el libro del mes y un formulario para "
        "apuntarse a la reunión.",
        (Work(118, "11:00", 190, "Maquetar la página y el formulario de inscripción"),),
        "La página está publicada y las inscripciones llegan a vuestro correo.",
    ),
    Ticket(
        "ticket_card",
        "pasaje",
        60,
        "Error al pagar con tarjeta",
        "Dos clientas nos dicen que al pagar con tarjeta la página se queda en "
        "blanco. Con transferencia funciona.",
        (Work(60, "12:20", 35, "Renovar la clave caducada de la pasarela de pago"),),
        "La clave de la pasarela había caducado. Ya se puede pagar con tarjeta.",
    ),
)

# First bono: 540 + 335 + 680 + 60 + 155 = 1 770, then 95 min: 30 are covered and 65
# are to be invoiced. Second one: 810 + 565 + 340 + 60 = 1 775, and 25 are left.
SONRISAS = (
    Ticket(
        "ticket_migration",
        "sonrisas",
        165,
        "Pasar la web al servidor nuevo",
        "El proveedor cierra el servidor antiguo a fin de mes. Necesitamos pasar "
        "la web y el correo sin perder nada.",
        (
            Work(163, "09:00", 300, "Copiar la web y la base de datos, y probarlas"),
            Work(162, "09:00", 240, "Cambiar el dominio y mover los buzones"),
        ),
        "Todo funciona ya en el servidor nuevo. El antiguo se puede dar de baja.",
    ),
    Ticket(
        "ticket_form",
        "sonrisas",
        150,
        "Nuevo formulario de cita previa",
        "El formulario actual no pregunta por el tratamiento y luego hay que llamar "
        "a cada paciente.",
        (
            Work(148, "10:00", 180, "Formulario con tratamiento, día y franja horaria"),
            Work(147, "10:00", 155, "Aviso a recepción y correo de confirmación"),
        ),
        "El formulario nuevo está en la página de contacto.",
    ),
    Ticket(
        "ticket_treatments",
        "sonrisas",
        130,
        "Rediseñar las páginas de tratamientos",
        "Las páginas de ortodoncia, implantes y estética se han quedado viejas. "
        "Adjuntamos los textos nuevos.",
        (
            Work(127, "09:00", 360, "Diseño y plantilla de la página de tratamiento"),
            Work(126, "09:00", 320, "Montar las tres páginas con textos e imágenes"),
        ),
        "Publicadas las tres páginas, revisadas también en el móvil.",
    ),
    Ticket(
        "ticket_cookies",
        "sonrisas",
        100,
        "El aviso de cookies no deja rechazar",
        "Nos han advertido de que el aviso solo tiene el botón de aceptar.",
        (Work(99, "13:00", 45, "Añadir el botón de rechazar y revisar las cookies"),),
        "El aviso permite aceptar, rechazar y configurar.",
    ),
    Ticket(
        "ticket_team_page",
        "sonrisas",
        90,
        "Fotos y textos del equipo médico",
        "Se han incorporado dos doctoras y falta su ficha en la página del equipo.",
        (Work(88, "16:00", 155, "Retocar las fotos y reordenar la página del equipo"),),
        "Las dos fichas están publicadas.",
    ),
    Ticket(
        "ticket_reminders",
        "sonrisas",
        75,
        "La agenda no envía los recordatorios",
        "Desde el jueves los pacientes no reciben el recordatorio de su cita y "
        "están faltando.",
        (
            Work(75, "10:10", 50, "Encontrar la tarea detenida y volver a ponerla"),
            Work(74, "09:20", 45, "Avisar por correo si la tarea se detiene otra vez"),
        ),
        "Los recordatorios salen de nuevo. Si se detienen, nos llegará un aviso.",
    ),
    Ticket(
        "ticket_gifts",
        "sonrisas",
        58,
        "Vender tarjetas regalo en la web",
        "Queremos vender tarjetas regalo de blanqueamiento, con pago en línea.",
        (
            Work(55, "09:00", 420, "Tienda con pago, importes y plazos de validez"),
            Work(54, "09:00", 390, "Tarjeta en PDF con código y correo al comprador"),
        ),
        "Las tarjetas regalo están a la venta. Hicimos dos compras de prueba.",
    ),
    Ticket(
        "ticket_english",
        "sonrisas",
        40,
        "Traducir la web al inglés",
        "Cada vez vienen más pacientes de fuera. Os mandamos los textos traducidos.",
        (
            Work(37, "09:30", 300, "Preparar la web en dos idiomas"),
            Work(36, "09:30", 265, "Cargar los textos en inglés y revisar los enlaces"),
        ),
        "La web está en inglés, con el selector de idioma arriba a la derecha.",
    ),
    Ticket(
        "ticket_speed",
        "sonrisas",
        20,
        "La web va muy lenta en el móvil",
        "La portada tarda más de ocho segundos en abrirse con el móvil.",
        (
            Work(18, "09:40", 240, "Reducir imágenes y quitar complementos sin uso"),
            Work(17, "12:00", 100, "Activar la caché y medir en varios móviles"),
        ),
        "La portada abre ahora en menos de dos segundos.",
    ),
    Ticket(
        "ticket_hours",
        "sonrisas",
        6,
        "Cambiar el horario de atención",
        "A partir del lunes abrimos también los viernes por la tarde.",
        (Work(5, "09:50", 20, "Actualizar el horario en la web y en los buscadores"),),
        "El horario nuevo ya se ve en la web.",
    ),
    Ticket(
        "ticket_double_booking",
        "sonrisas",
        1,
        "Dos pacientes con la misma cita",
        "Hoy hemos tenido a dos pacientes citados a la misma hora con la misma "
        "doctora. ¿Podéis mirar cómo ha podido pasar?",
    ),
)

# 1 800 - 80 - 60 = 1 660 min are left.
IBANEZ = (
    Ticket(
        "ticket_shipping",
        "ibanez",
        22,
        "El carrito no cobra los gastos de envío",
        "Desde el lunes, cuando un pedido pasa de 10 kg, los gastos de envío salen "
        "a 0 €. Con pedidos pequeños funciona bien.",
        (
            Work(22, "09:40", 25, "Reproducir el fallo y localizar la regla de envío"),
            Work(22, "12:10", 12, "Corregir el tramo de peso en la copia de pruebas"),
            Work(21, "10:05", 43, "Publicar y comprobar pedidos de 5, 10 y 30 kg"),
        ),
        "Faltaba el tramo de más de 10 kg. Está corregido y comprobado con tres "
        "pedidos de prueba.",
    ),
    Ticket(
        "ticket_photos",
        "ibanez",
        2,
        "Las fotos de los productos no se ven en el móvil",
        "En el ordenador se ven bien, pero en el móvil muchas fichas salen sin foto. "
        "Por ejemplo, los taladros y las brocas.",
        (Work(1, "10:30", 35, "Comparar las fichas: fallan las fotos grandes"),),
    ),
    Ticket(
        "ticket_bizum",
        "ibanez",
        1,
        "¿Podemos aceptar Bizum en la tienda?",
        "Varios clientes nos piden pagar con Bizum. ¿Cuántas horas costaría "
        "añadirlo y qué nos tiene que dar el banco?",
    ),
)

# No bono: the 75 min are to be invoiced.
ALTAMIRA = (
    Ticket(
        "ticket_portugal",
        "altamira",
        5,
        "No se pueden pagar pedidos desde Portugal",
        "Al poner una dirección de Portugal desaparece el botón de pagar. Perdemos "
        "pedidos desde el viernes.",
        (
            Work(4, "09:30", 50, "Revisar las zonas de envío: faltaba Portugal"),
            Work(4, "16:00", 25, "Añadir la zona con sus tarifas y hacer un pedido"),
        ),
        "Ya se pueden pagar pedidos desde Portugal, con la tarifa que nos indicasteis.",
    ),
)

AGENCY = Agency(
    "hours_bono",
    "",
    COMPANY,
    CLIENTS,
    PURCHASES,
    PASAJE + SONRISAS + IBANEZ + ALTAMIRA,
    team="Soporte web",
    # The generic one where the Spanish accounts are not installed.
    chart="es_pymes",
    vat=21,
)
