"""Credits that are recharged, debited when the ticket is resolved [001]."""

from decimal import Decimal

from .base import Check, Preset, Product, RequestType, Supplement, Text, settings


def _recharge(credits: int, price: int) -> Product:
    """Return a recharge; it does not expire while there is balance."""
    return Product(
        f"recharge_{credits}",
        Text(f"Recharge {credits} credits", f"Recarga {credits} créditos"),
        Decimal(price),
        credits,
        expiry="none",
        months=0,
    )


CREDITS_RECHARGE = Preset(
    code="credits_recharge",
    name=Text("Credits", "Créditos"),
    summary=Text(
        "Clients recharge credits that do not expire. A consultation costs 15 credits "
        "at least, an intervention 60, in blocks of 15; a security update has a fixed "
        "price. Credits are debited when the ticket is solved, and the client is told "
        "at once.",
        "El cliente recarga créditos que no caducan. Una consulta cuesta al menos 15 "
        "créditos y una intervención 60, en bloques de 15; la actualización de "
        "seguridad tiene precio fijo. Los créditos se descuentan al resolver el "
        "ticket, y se avisa al cliente en el momento.",
    ),
    currency="EUR",
    unit="credit",
    settings=settings(
        debit_on="resolution",
        uncovered_policy="block",
        minutes_per_credit=1,
        urgent_percent=0,
        expiry_notice_days="60, 30, 7",
        alert_thresholds="20 %, 60",
        balance_message=True,
        hold_unpaid=False,
        limit_first_purchase=False,
        needs_qualification=False,
        refund_days=0,
        allow_disputes=False,
    ),
    types=(
        RequestType(
            "consultation", Text("Consultation", "Consulta"), minimum=15, block=15
        ),
        RequestType(
            "intervention", Text("Intervention", "Intervención"), minimum=60, block=15
        ),
        RequestType(
            "security_update",
            Text("Security update", "Actualización de seguridad"),
            block=15,
            minimum=60,
            flat=60,
        ),
    ),
    checks=(
        Check(
            "external_modules",
            "security_update",
            Text("External modules", "Módulos externos"),
        ),
        Check(
            "modified_core",
            "security_update",
            Text("Modified code of the platform", "Código de la plataforma modificado"),
        ),
        Check(
            "old_version",
            "security_update",
            Text("Very old version", "Versión muy antigua"),
        ),
    ),
    supplements=(
        Supplement("phone", "fixed", 15),
        Supplement("video", "fixed", 15),
    ),
    products=(
        Product(
            "credits_15",
            Text("Support, 15 credits", "Asistencia, 15 créditos"),
            Decimal(10),
            15,
            is_pack=False,
        ),
        Product(
            "registration",
            Text("Registration 60 credits", "Registro 60 créditos"),
            Decimal(36),
            60,
            for_new_clients=True,
            is_example=True,
        ),
        _recharge(15, 10),
        _recharge(30, 20),
        _recharge(60, 36),
        _recharge(120, 72),
        _recharge(240, 144),
        _recharge(480, 256),
    ),
    overage="credits_15",
    team=Text("Support", "Soporte"),
    terms=Text(
        "Conditions of the support credits", "Condiciones de los créditos de asistencia"
    ),
)
