"""What a support model is made of, as plain data: no database, no Odoo.

Quantities are integers in the unit of the policy (minutes, credits or tickets), prices
are Decimals without taxes in the currency of the model.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

TERMS_FOLDER = Path(__file__).parent / "terms"


@dataclass(frozen=True)
class Text:
    """A text in both languages.

    >>> hour = Text("Hour", "Hora")
    >>> hour.in_lang("es_MX"), hour.in_lang("fr_FR")
    ('Hora', 'Hour')
    """

    en: str
    es: str

    def in_lang(self, lang: str | None) -> str:
        """Return the text for a reader of a language: English unless it is Spanish."""
        return self.es if (lang or "").startswith("es") else self.en


@dataclass(frozen=True)
class RequestType:
    """A request type; ``flat`` is a fixed quantity, 0: by the work."""

    code: str
    name: Text
    minimum: int = 0
    block: int = 1
    flat: int = 0
    needs_estimate: bool = False


@dataclass(frozen=True)
class Check:
    """Something that, when found, forces an estimate on tickets of a type."""

    code: str
    type_code: str
    name: Text


@dataclass(frozen=True)
class Supplement:
    """What a channel costs on top. ``channel`` is ``phone`` or ``video``."""

    channel: str
    kind: str
    value: int


@dataclass(frozen=True)
class Product:
    """A pack, or (``is_pack`` false) the service invoiced for what no pack covers.

    :param quantity: what one pack holds, or what the service's price is for
    :param is_example: neither the price nor the content is known: check them
    """

    code: str
    name: Text
    price: Decimal
    quantity: int
    is_pack: bool = True
    expiry: str = "purchase"
    months: int = 12
    for_new_clients: bool = False
    is_example: bool = False
    description: Text | None = None


@dataclass(frozen=True)
class Preset:
    """A way of selling support, ready to be loaded into a company.

    :param settings: values of the policy's fields
    :param overage: code of the product that is invoiced for what no pack covers
    :param extras: what other add-ons know about this model, by their name
    """

    code: str
    name: Text
    summary: Text
    currency: str
    unit: str
    settings: Mapping[str, Any]
    team: Text
    terms: Text
    types: tuple[RequestType, ...] = ()
    checks: tuple[Check, ...] = ()
    supplements: tuple[Supplement, ...] = ()
    products: tuple[Product, ...] = ()
    overage: str = ""
    extras: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def with_extra(self, name: str, data: Any) -> "Preset":
        """Return this preset with what an add-on knows about it.

        >>> from . import PRESETS
        >>> PRESETS[0].with_extra("planning", ("Friday", "14:00")).extras["planning"]
        ('Friday', '14:00')
        """
        return replace(self, extras=MappingProxyType({**self.extras, name: data}))

    def read_terms(self) -> Text:
        """Return the HTML of the conditions in both languages."""
        return Text(
            *(
                (TERMS_FOLDER / f"{self.code}.{language}.html").read_text("utf-8")
                for language in ("en", "es")
            )
        )


def settings(**values: Any) -> Mapping[str, Any]:
    """Return values that nobody changes."""
    return MappingProxyType(values)
