"""The priorities of the support models, and how many tickets of each packs hold.

Plain data, by the code of the support model. The gravest priority first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from odoo.addons.support_packs.presets.base import Text


@dataclass(frozen=True)
class Priority:
    """A priority of a support model.

    :param stars: the stars of the helpdesk that its tickets get, 0 to 3
    :param examples: what belongs here, one a line, in the client's words
    :param is_default: of tickets for which nobody chose one
    """

    code: str
    name: Text
    stars: int
    examples: Text
    is_default: bool = False


# An outage of the whole service is high, one panel of it medium [003].
FAIR_USE = (
    Priority(
        "high",
        Text("High", "Alta"),
        3,
        Text(
            "The service cannot be used at all.\n"
            "The site does not open from two different devices.",
            "El servicio no se puede usar en absoluto.\n"
            "La web no se abre desde dos equipos diferentes.",
        ),
    ),
    Priority(
        "medium",
        Text("Medium", "Media"),
        2,
        Text(
            "Something fails, and the service still works.\nThe control panel is down.",
            "Algo falla, pero el servicio sigue funcionando.\n"
            "El panel de control no funciona.",
        ),
    ),
    Priority(
        "low",
        Text("Low", "Baja"),
        1,
        Text("Questions and doubts.", "Preguntas y dudas."),
        is_default=True,
    ),
)
# What goes first, and the rest [002].
MINUTES_PACK = (
    Priority(
        "first",
        Text("Goes first", "Va primero"),
        3,
        Text(
            "The site is down.\nForms do not work.\nCustomers cannot pay.\n"
            "Security problems.",
            "La web está caída.\nLos formularios no funcionan.\n"
            "Los clientes no pueden pagar.\nProblemas de seguridad.",
        ),
    ),
    Priority(
        "normal",
        Text("Normal", "Normal"),
        1,
        Text(
            "Everything else: changes, questions, improvements.",
            "Todo lo demás: cambios, consultas, mejoras.",
        ),
        is_default=True,
    ),
)
# Operation stopped is the highest; P4 and P5 are in no policy [004].
TICKET_POLICY = (
    Priority(
        "P1",
        Text("Operation stopped", "Operación detenida"),
        3,
        Text(
            "Nobody can work with the system.", "Nadie puede trabajar con el sistema."
        ),
    ),
    Priority(
        "P2",
        Text("Serious failure", "Falla grave"),
        3,
        Text(
            "An important part fails, and there is no way around it.",
            "Falla una parte importante y no hay otra forma de trabajar.",
        ),
    ),
    Priority(
        "P3",
        Text("Failure", "Falla"),
        2,
        Text(
            "Something fails, and there is a way around it.",
            "Algo falla, pero hay otra forma de trabajar.",
        ),
        is_default=True,
    ),
    Priority(
        "P4",
        Text("Request", "Solicitud"),
        1,
        Text("A change or an improvement.", "Un cambio o una mejora."),
    ),
    Priority(
        "P5",
        Text("Question", "Consulta"),
        0,
        Text("How something is done.", "Cómo se hace algo."),
    ),
)
PRIORITIES: Mapping[str, tuple[Priority, ...]] = MappingProxyType(
    {
        "fair_use": FAIR_USE,
        "minutes_pack": MINUTES_PACK,
        "ticket_policy": TICKET_POLICY,
    }
)
# Tickets of each priority by the code of the product, all of them maxima [004].
QUOTAS: Mapping[str, Mapping[str, Mapping[str, int]]] = MappingProxyType(
    {
        "ticket_policy": MappingProxyType(
            {
                "basic": MappingProxyType({"P1": 5, "P2": 2, "P3": 1}),
                "intermediate": MappingProxyType({"P1": 6, "P2": 5, "P3": 4}),
                "advanced": MappingProxyType({"P1": 10, "P2": 5, "P3": 5}),
            }
        )
    }
)
