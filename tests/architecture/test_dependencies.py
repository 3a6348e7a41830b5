"""Who may know whom, what an add-on must bring, and what no file may contain."""

import re

import polib
import pytest

from . import rules
from .sources import (
    ADDONS,
    ROOT,
    SUITE,
    addon_of,
    addons,
    files,
    is_test,
    manifest_of,
    python_files,
    relative,
    text_of,
)

REQUIRED_KEYS = (
    "name",
    "summary",
    "version",
    "author",
    "license",
    "category",
    "development_status",
    "depends",
    "data",
    "installable",
)
FRAGMENTS = ("DESCRIPTION", "CONFIGURE", "USAGE", "CONTRIBUTORS")
# What an add-on stands on, and nothing else: see "The house" in the design.
DEPENDS = {
    "support_packs": {"helpdesk_mgmt", "sale", "helpdesk_mgmt_sale"},
    "support_urgency": {"support_packs", "helpdesk_mgmt_sla"},
    "support_planning": {"support_packs", "helpdesk_mgmt_sla", "resource"},
    "support_planning_timeline": {"support_planning", "web_timeline"},
}

ALL = files()
PYTHON = python_files()
ADDON_PYTHON = [path for path in PYTHON if addon_of(path)]
INSTALLABLE = [addon for addon in addons() if (addon / "__manifest__.py").exists()]


def each(paths):
    """Parametrise a test with files; its id is the path."""
    return pytest.mark.parametrize("path", paths, ids=relative)


each_addon = pytest.mark.parametrize("addon", INSTALLABLE, ids=lambda one: one.name)


def assert_none(offences):
    assert not offences, "\n" + "\n".join(offences)


def test_there_is_something_to_check():
    assert INSTALLABLE, f"no add-on with a manifest in {ADDONS}"
    assert ADDON_PYTHON
    assert {addon.name for addon in addons()} <= set(SUITE), "an add-on without rules"


@each([path for path in ALL if text_of(path) is not None and path.name != "LICENSE"])
def test_no_unfinished_work_and_no_place_of_one_machine(path):
    assert_none(rules.forbidden_text(path, text_of(path)))


@each([path for path in PYTHON if not is_test(path)])
def test_no_python_file_is_too_long(path):
    assert_none(rules.too_long(path, text_of(path)))


@each([path for path in ADDON_PYTHON if not is_test(path)])
def test_no_lock_that_spends_twice(path):
    assert_none(rules.locks(path, text_of(path)))


@each(ADDON_PYTHON)
def test_imports_go_downwards(path):
    assert_none(rules.wrong_imports(path, text_of(path)))


@each(ADDON_PYTHON)
def test_fields_get_no_empty_records(path):
    assert_none(rules.raw_records(path, text_of(path)))


@each([path for path in ALL if addon_of(path) and path.suffix in (".py", ".xml")])
def test_no_add_on_names_one_that_it_does_not_stand_on(path):
    assert_none(rules.siblings_named(path, text_of(path)))


@each_addon
def test_the_manifest_has_the_keys_that_the_oca_asks_for(addon):
    manifest = manifest_of(addon)
    assert [key for key in REQUIRED_KEYS if key not in manifest] == []
    assert re.fullmatch(r"19\.0(\.\d+){3}", manifest["version"])
    assert manifest["license"] == "AGPL-3"
    assert manifest["installable"] is True
    assert manifest["development_status"] in ("Alpha", "Beta", "Production/Stable")
    assert manifest["author"] == "Support Packs contributors"
    assert "website" not in manifest, "name one once the project has one"


@each_addon
def test_the_manifest_depends_on_what_was_decided(addon):
    assert set(manifest_of(addon)["depends"]) == DEPENDS[addon.name]


@each_addon
def test_data_files_are_there_and_all_loaded(addon):
    manifest = manifest_of(addon)
    listed = manifest["data"] + manifest.get("demo", [])
    assert len(listed) == len(set(listed)), "a file is listed twice"
    assert [name for name in listed if not (addon / name).is_file()] == []
    folders = ("data", "demo", "report", "security", "views", "wizards", "templates")
    present = {
        path.relative_to(addon).as_posix()
        for path in ALL
        if addon in path.parents
        and path.suffix in (".xml", ".csv")
        and path.relative_to(addon).parts[0] in folders
    }
    assert present - set(listed) == set()


@each_addon
@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_the_readme_fragments_are_written(addon, fragment):
    found = [addon / "readme" / f"{fragment}{end}" for end in (".md", ".rst")]
    texts = [path.read_text().strip() for path in found if path.is_file()]
    assert len(texts) == 1, f"{relative(addon)}/readme/{fragment}.md"
    assert texts[0], "it is empty"


@each_addon
def test_every_term_is_in_spanish(addon):
    template = _catalogue(addon / "i18n" / f"{addon.name}.pot")
    spanish = _catalogue(addon / "i18n" / "es.po")
    assert len(template) > 0
    where = relative(addon / "i18n" / "es.po")
    done = {entry.msgid for entry in spanish if not entry.obsolete}
    assert_none(
        [f"{where}:{e.linenum}: empty: {e.msgid}" for e in spanish if not _filled(e)]
        + [f"{where}:{e.linenum}: fuzzy: {e.msgid}" for e in spanish if e.fuzzy]
        + [f"{where}: missing: {e.msgid}" for e in template if e.msgid not in done]
    )


def _catalogue(path):
    # polib takes a path that does not exist for the catalogue's text.
    assert path.is_file(), f"{relative(path)} is missing"
    return polib.pofile(str(path))


def _filled(entry):
    texts = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    return entry.obsolete or all(text.strip() for text in texts)


# The rules themselves: each finds what it forbids, and lets pass what it should.


def _inside(addon, *parts):
    return ROOT.joinpath("addons", addon, *parts)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = 1  # " + "TO" + "DO: later", True),
        ("todo lo demás, in Spanish", False),
        ("cd /" + "root/odoo", True),
        ('"/' + 'work/main"', True),
        ("https://example.com/" + "home/page", False),
        ("/my/support/" + "work/1", False),
        ("pip install from " + "pypi" + ".org", True),
        ("--index" + "-url X", True),
        ("the index of packages", False),
    ],
)
def test_forbidden_text_is_found(text, found):
    path = ROOT / "README.md"
    offences = rules.forbidden_text(path, f"\n{text}\n")
    assert bool(offences) is found
    assert all(offence.startswith("README.md:2: ") for offence in offences)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('cr.execute("SELECT 1 FROM t FOR UPDATE")', True),
        ('cr.execute(f"SELECT {x} FROM t for\\nno key update")', True),
        ('cr.execute("SELECT pg_advisory_xact_lock(1)")', True),
        ("packs.lock_for_update()", True),
        ('def f():\n    """FOR UPDATE would spend twice."""', False),
        ("x = 1  # not FOR UPDATE", False),
        ('cr.execute("UPDATE t SET a = a - 1 RETURNING a")', False),
    ],
)
def test_locks_are_found(text, found):
    assert _finds(rules.locks, text) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("order.text = pack and order._explain(pack)", True),
        ("order.text = order.pack_id and order._explain()", True),
        ("order.text = order._explain(pack) if pack else False", False),
        ("order.right = not pack and order.ready", False),
        ("pack = order and order.pack_id", False),
    ],
)
def test_records_in_place_of_text_are_found(text, found):
    assert _finds(rules.raw_records, text) is found


def _finds(rule, text):
    """Whether a rule finds something in a model with that text."""
    return bool(rule(_inside("support_packs", "models", "x.py"), text))


@pytest.mark.parametrize(
    ("where", "text", "found"),
    [
        ("support_packs/engine/x.py", "import decimal", False),
        ("support_packs/engine/x.py", "from .tariff import quote", False),
        ("support_packs/engine/x.py", "from . import tariff", False),
        ("support_packs/engine/x.py", "import pytz", True),
        ("support_packs/engine/x.py", "from odoo import fields", True),
        ("support_packs/engine/x.py", "from ..models import support_pack", True),
        ("support_packs/engine/x.py", "from ..const import UNITS", True),
        ("support_packs/models/x.py", "from ..engine import tariff", False),
        ("support_packs/models/x.py", "from .. import engine", False),
        ("support_packs/models/x.py", "from ..controllers.portal import X", True),
        ("support_packs/models/x.py", "from .. import controllers", True),
        ("support_packs/models/x.py", "from ..wizards import y", True),
        ("support_packs/wizards/x.py", "from ..models.y import Z", False),
        ("support_packs/wizards/x.py", "from ..controllers import y", True),
        ("support_packs/controllers/x.py", "from ..models.y import Z", False),
        ("support_packs/__init__.py", "from . import controllers, models", False),
        (
            "support_packs/models/x.py",
            "import odoo.addons.support_packs.controllers.y",
            True,
        ),
        (
            "support_packs/models/x.py",
            "from odoo.addons.support_urgency.models import y",
            True,
        ),
        (
            "support_urgency/models/x.py",
            "from odoo.addons.support_packs.engine import tariff",
            False,
        ),
        ("support_urgency/models/x.py", "import odoo.addons.support_planning", True),
        (
            "support_planning/tests/x.py",
            "from odoo.addons import support_urgency",
            True,
        ),
        (
            "support_urgency/engine/x.py",
            "from odoo.addons.support_packs.engine import tariff",
            True,
        ),
        (
            "support_planning/models/x.py",
            "from odoo.addons.sale.models import y",
            False,
        ),
    ],
)
def test_imports_against_the_direction_are_found(where, text, found):
    path = _inside(*where.split("/"))
    assert bool(rules.wrong_imports(path, text)) is found


@pytest.mark.parametrize(
    ("where", "text", "found"),
    [
        ("support_packs/views/x.xml", '<field ref="support_urgency.x"/>', True),
        ("support_packs/views/x.xml", "<!-- for\nsupport_urgency -->\n<x/>", False),
        ("support_urgency/__manifest__.py", '{"depends": ["support_planning"]}', True),
        ("support_planning/__manifest__.py", '{"depends": ["support_packs"]}', False),
        ("support_packs/models/x.py", 'env.ref("support_urgency.x")', True),
        ("support_packs/models/x.py", "x = 1  # support_urgency adds one", False),
        ("support_packs/models/x.py", 'x = "support_packs.portal"', False),
    ],
)
def test_names_of_siblings_are_found(where, text, found):
    path = _inside(*where.split("/"))
    assert bool(rules.siblings_named(path, text)) is found


def test_long_files_are_found():
    path = _inside("support_packs", "models", "x.py")
    assert rules.too_long(path, "a = 1\n" * 400) == []
    assert len(rules.too_long(path, "a = 1\n" * 401)) == 1
