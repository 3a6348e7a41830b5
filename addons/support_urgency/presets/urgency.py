"""What clients accept with an urgency, by support model: plain data."""

from pathlib import Path

from odoo.addons.support_packs.presets.base import Text

FOLDER = Path(__file__).parent / "terms"

# Models whose clients make their own tickets urgent, and the names of the conditions.
URGENT_TERMS = {
    "hours_bono": Text("Conditions of urgent requests", "Condiciones de las urgencias"),
}


def read_urgent_terms(code: str) -> Text:
    """Return the HTML of a model's conditions of urgency in both languages."""
    return Text(
        *(
            (FOLDER / f"{code}_urgency.{language}.html").read_text("utf-8")
            for language in ("en", "es")
        )
    )
