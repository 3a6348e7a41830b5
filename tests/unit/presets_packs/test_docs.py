"""The manager's guide has the figures of the support models, and no others."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "addons" / "support_packs" / "presets"
VALIDITY = {
    "none": "without expiry",
    "purchase": "{} months from payment",
    "last_use": "{} months from the last use",
}


def load_presets():
    """Import the models without Odoo: they are plain data."""
    name = "support_models"
    spec = importlib.util.spec_from_file_location(
        name, FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module.PRESETS


PRESETS = load_presets()
GUIDE = (ROOT / "docs" / "manager.md").read_text(encoding="utf-8")


def product_row(preset, product):
    """Return the row of the guide for a product."""
    unit = preset.unit if product.quantity == 1 else f"{preset.unit}s"
    price = f"{product.price:,} {preset.currency}"
    price += " (example)" if product.is_example else ""
    validity = VALIDITY[product.expiry].format(product.months)
    if not product.is_pack:
        validity = "not a pack: what packs do not cover"
    return (
        f"| `{preset.code}` | {product.name.en} | {product.quantity:,} {unit} "
        f"| {price} | {validity} |"
    )


def type_text(preset, one):
    if preset.unit == "ticket":
        return f"{one.name.en}: 1 ticket"
    if one.flat:
        return f"{one.name.en}: always {one.flat}"
    if not one.minimum:
        return f"{one.name.en}: real minutes"
    block = f", blocks of {one.block}" if one.block > 1 else ""
    return f"{one.name.en}: at least {one.minimum}{block}"


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.code)
def test_the_guide_has_every_product(preset):
    rows = [
        line for line in GUIDE.splitlines() if line.startswith(f"| `{preset.code}` |")
    ]
    assert rows == [product_row(preset, product) for product in preset.products]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.code)
def test_the_guide_has_every_request_type(preset):
    [row] = [
        line
        for line in GUIDE.splitlines()
        if line.startswith(f"| `{preset.code}` {preset.name.en} |")
    ]
    types = "; ".join(type_text(preset, one) for one in preset.types)
    assert row.endswith(f"| {types} |" if types else "| |")


def test_the_guide_names_no_other_model():
    codes = {preset.code for preset in PRESETS}
    rows = [line for line in GUIDE.splitlines() if line.startswith("| `")]
    assert {row.split("`")[1] for row in rows} == codes
