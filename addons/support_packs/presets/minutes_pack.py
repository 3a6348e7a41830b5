"""Packs of minutes without a minimum, for clients who were accepted [002]."""

from decimal import Decimal

from .base import Preset, Product, RequestType, Text, settings

MINUTES_PACK = Preset(
    code="minutes_pack",
    name=Text("Minute packs", "Packs de minutos"),
    summary=Text(
        "Clients buy 4 or 12 hours and use them minute by minute: one minute of work "
        "is one minute. New clients are approved first and begin with 4 hours. Packs "
        "end one year after the last use, work can be disputed, and packs refunded.",
        "El cliente compra 4 o 12 horas y las consume minuto a minuto: un minuto de "
        "trabajo es un minuto. Los clientes nuevos se aprueban antes y empiezan con 4 "
        "horas. Los packs caducan un año después del último uso, el trabajo se puede "
        "reclamar y los packs se devuelven.",
    ),
    currency="EUR",
    unit="minute",
    settings=settings(
        debit_on="work",
        uncovered_policy="block",
        urgent_percent=0,
        expiry_notice_days="60, 30, 7",
        alert_thresholds="20 %, 30",
        balance_message=False,
        hold_unpaid=False,
        limit_first_purchase=True,
        needs_qualification=True,
        refund_days=15,
        allow_disputes=True,
    ),
    types=(RequestType("support", Text("Support", "Soporte"), minimum=0, block=1),),
    products=(
        Product(
            "hour",
            Text("Hour of support", "Hora de soporte"),
            Decimal(50),
            60,
            is_pack=False,
            is_example=True,
        ),
        Product(
            "pack_4",
            Text("Pack 4 h", "Pack 4 h"),
            Decimal(200),
            4 * 60,
            expiry="last_use",
            for_new_clients=True,
            is_example=True,
        ),
        Product(
            "pack_12",
            Text("Pack 12 h", "Pack 12 h"),
            Decimal(540),
            12 * 60,
            expiry="last_use",
            is_example=True,
        ),
    ),
    overage="hour",
    team=Text("Technical support", "Soporte técnico"),
    terms=Text("Conditions of the minute packs", "Condiciones de los packs de minutos"),
)
