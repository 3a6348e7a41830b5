"""Packs of hours, at least one hour a ticket, urgencies +50 % [000]."""

from decimal import Decimal

from .base import Preset, Product, RequestType, Text, settings

HOURS_BONO = Preset(
    code="hours_bono",
    name=Text("Hour packs", "Bonos de horas"),
    summary=Text(
        "Clients buy packs of hours in advance, cheaper the larger they are. Each "
        "ticket costs one hour at least, then real minutes; work is debited as it is "
        "logged. What no pack covers is invoiced by the hour.",
        "El cliente compra bonos de horas por adelantado, más baratos cuanto mayores. "
        "Cada ticket cuesta al menos una hora y, a partir de ahí, los minutos reales; "
        "el trabajo se descuenta al registrarlo. Lo que ningún bono cubre se factura "
        "por horas.",
    ),
    currency="EUR",
    unit="minute",
    settings=settings(
        debit_on="work",
        uncovered_policy="invoice",
        urgent_percent=50,
        minimum_after_multiplier=False,
        expiry_notice_days="60, 30, 7",
        alert_thresholds="20 %, 60",
        balance_message=False,
        hold_unpaid=True,
        limit_first_purchase=False,
        needs_qualification=False,
        refund_days=0,
        allow_disputes=False,
    ),
    types=(RequestType("support", Text("Support", "Soporte"), minimum=60, block=1),),
    products=(
        Product(
            "hour",
            Text("Hour of support", "Hora de soporte"),
            Decimal(75),
            60,
            is_pack=False,
        ),
        Product("bono_30", Text("Bono 30 h", "Bono 30 h"), Decimal(1800), 30 * 60),
        Product("bono_50", Text("Bono 50 h", "Bono 50 h"), Decimal(2750), 50 * 60),
        Product("bono_80", Text("Bono 80 h", "Bono 80 h"), Decimal(4000), 80 * 60),
    ),
    overage="hour",
    team=Text("Support", "Soporte"),
    terms=Text("Conditions of the hour packs", "Condiciones de los bonos de horas"),
)
