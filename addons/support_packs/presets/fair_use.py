"""Support that costs nothing, and whose use is governed by rules [003]."""

from .base import Preset, Text, settings

FAIR_USE = Preset(
    code="fair_use",
    name=Text("Fair use", "Uso justo"),
    summary=Text(
        "Support is part of another service: tickets cost nothing and there are no "
        "packs. The conditions say how support is used, and support is suspended only "
        "by a manager, with a reason.",
        "El soporte forma parte de otro servicio: los tickets no cuestan nada y no hay "
        "bonos. Las condiciones dicen cómo se usa el soporte, y solo un responsable "
        "lo suspende, con un motivo.",
    ),
    currency="EUR",
    unit="none",
    settings=settings(
        debit_on="none",
        hold_unpaid=False,
        refund_days=0,
        allow_disputes=False,
    ),
    team=Text("Support", "Soporte"),
    terms=Text("Fair use of support", "Uso justo del soporte"),
)
