"""Targets of the support models and the opening hours in which they count."""

from dataclasses import dataclass

from odoo.addons.support_packs.presets.base import Text


@dataclass(frozen=True)
class Opening:
    """Opening hours from Monday to Friday.

    :param slots: whole hours of the day, from and to
    """

    name: Text
    slots: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Question:
    """A request type whose tickets are answered sooner."""

    code: str
    name: Text
    response_minutes: int


@dataclass(frozen=True)
class Targets:
    """What a support model promises, the same for all of its priorities.

    :param reading: how the promised time counts
    :param intake_limit: minutes after midnight; 0: none
    """

    opening: Opening
    reading: str
    response_minutes: int
    resolution_hours: int = 0
    intake_limit: int = 0
    question: Question | None = None


TARGETS = {
    # Usual reply within 4 hours; after 19:30 it starts at the next opening [002].
    "minutes_pack": Targets(
        Opening(
            Text("Support, Mon–Fri 10:00–20:00", "Soporte, lun–vie 10:00–20:00"),
            ((10, 20),),
        ),
        reading="hours",
        response_minutes=4 * 60,
        intake_limit=19 * 60 + 30,
    ),
    # Reply within 24 hours, solved in 24 working hours, questions in 10 minutes [004].
    "ticket_policy": Targets(
        Opening(
            Text(
                "Service desk, Mon–Fri 9:00–13:00 and 15:00–18:00",
                "Mesa de servicio, lun–vie 9:00–13:00 y 15:00–18:00",
            ),
            ((9, 13), (15, 18)),
        ),
        reading="days",
        response_minutes=24 * 60,
        resolution_hours=24,
        question=Question("question", Text("Question", "Consulta informativa"), 10),
    ),
}
