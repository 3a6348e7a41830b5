"""What the policies of the support models bring besides their units: plain data."""

from dataclasses import dataclass, field
from decimal import Decimal

from odoo.addons.support_packs.presets.base import Text


@dataclass(frozen=True)
class Perks:
    """What one pack brings.

    :param percent: discount on catalogue services
    :param visits: visits a month, for local clients
    :param words: what else, one perk to a line
    """

    percent: int = 0
    visits: int = 0
    words: Text | None = None


@dataclass(frozen=True)
class Service:
    """A service that is not a pack; an example, whose price is to be checked."""

    name: Text
    price: Decimal


@dataclass(frozen=True)
class PresetPerks:
    """The perks of a support model.

    :param packs: by the code of the model's product
    :param service: example of a catalogue service
    :param travel: what travel expenses of visits are invoiced as
    """

    packs: dict[str, Perks] = field(default_factory=dict)
    service: Service | None = None
    travel: Service | None = None


# Of the larger policies [004].
MORE = Text(
    "Special discounts on equipment bought from us\n"
    "Learning material, such as manuals and presentations\n"
    "Advice on projects made with us",
    "Descuentos especiales en equipo adquirido con nosotros\n"
    "Material de aprendizaje, como manuales y presentaciones\n"
    "Asesoría en proyectos realizados con nosotros",
)

PERKS: dict[str, PresetPerks] = {
    "ticket_policy": PresetPerks(
        packs={
            "basic": Perks(10, 1),
            "intermediate": Perks(15, 1, MORE),
            "advanced": Perks(15, 1, MORE),
        },
        service=Service(
            Text("Catalogue service (example)", "Servicio del catálogo (ejemplo)"),
            Decimal(10000),
        ),
        travel=Service(
            Text("Travel expenses (example)", "Viáticos (ejemplo)"), Decimal(500)
        ),
    ),
}
