"""Support policies of so many events, used when a ticket is admitted [004]."""

from decimal import Decimal

from .base import Preset, Product, RequestType, Text, settings

# What the larger policies bring besides events.
PERKS = Text(
    "Special discounts on equipment bought from us, learning material, and advice on "
    "projects made with us.",
    "Descuentos especiales en equipo adquirido con nosotros, material de aprendizaje y "
    "asesoría en proyectos realizados con nosotros.",
)


def _policy(code: str, name: Text, price: int, tickets: int, perks: bool) -> Product:
    return Product(
        code,
        name,
        Decimal(price),
        tickets,
        is_example=True,
        description=PERKS if perks else None,
    )


TICKET_POLICY = Preset(
    code="ticket_policy",
    name=Text("Support policies of tickets", "Pólizas de tickets"),
    summary=Text(
        "Clients buy a policy of 8, 15 or 20 events for a year; each ticket that we "
        "admit uses one. Tickets beyond the policy are paid per event.",
        "El cliente contrata una póliza de 8, 15 o 20 eventos para un año; cada ticket "
        "que admitimos usa uno. Los tickets fuera de la póliza se pagan por evento.",
    ),
    currency="MXN",
    unit="ticket",
    settings=settings(
        debit_on="acceptance",
        uncovered_policy="invoice",
        urgent_percent=0,
        expiry_notice_days="60, 30, 7",
        alert_thresholds="2, 1",
        balance_message=False,
        hold_unpaid=False,
        limit_first_purchase=False,
        needs_qualification=False,
        refund_days=0,
        allow_disputes=False,
    ),
    types=(RequestType("event", Text("Support event", "Evento de soporte")),),
    products=(
        Product(
            "event",
            Text("Support event", "Evento de soporte"),
            Decimal(1200),
            1,
            is_pack=False,
            is_example=True,
        ),
        _policy("basic", Text("Basic policy", "Póliza Básica"), 6000, 8, False),
        _policy(
            "intermediate",
            Text("Intermediate policy", "Póliza Intermedia"),
            10000,
            15,
            True,
        ),
        _policy(
            "advanced", Text("Advanced policy", "Póliza Avanzada"), 14000, 20, True
        ),
    ),
    overage="event",
    team=Text("Service desk", "Mesa de servicio"),
    terms=Text("Conditions of the support policies", "Condiciones de las pólizas"),
)
