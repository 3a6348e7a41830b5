"""Templates are rebuilt when what they are made from changes, and only then."""

import pytest

from launcher import databases, odoo
from launcher.databases import DEMO, TEST, Databases
from launcher.errors import LauncherError
from launcher.source import OdooSource


@pytest.fixture
def bases(layout, make_addon, tmp_path):
    make_addon("support_packs", depends=["sale", "helpdesk_mgmt"])
    (layout.requirements / "run.lock").write_text("a==1\n")
    return Databases(layout, None, OdooSource(tmp_path, "19.0-1"))


@pytest.mark.parametrize(
    "name",
    ["models/pack.py", "__manifest__.py", "demo/demo.xml", "views/a.xml", "i18n/es.po"],
)
def test_a_changed_source_changes_the_stamp(bases, layout, name):
    before = bases.stamp(TEST)
    path = layout.addons / "support_packs" / name
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as handle:
        handle.write("\n")
    assert bases.stamp(TEST) != before


@pytest.mark.parametrize(
    "name",
    ["tests/test_a.py", "readme/USAGE.md", "models/__pycache__/a.pyc", "icon.png"],
)
def test_what_no_database_holds_changes_nothing(bases, layout, name):
    before = bases.stamp(TEST)
    path = layout.addons / "support_packs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    assert bases.stamp(TEST) == before


def test_the_lock_odoo_and_the_options_are_in_the_stamp(bases, layout, tmp_path):
    stamps = {bases.stamp(TEST), bases.stamp(DEMO)}
    (layout.requirements / "run.lock").write_text("a==2\n")
    stamps.add(bases.stamp(TEST))
    other = Databases(layout, None, OdooSource(tmp_path, "19.0-2"))
    stamps.add(other.stamp(TEST))
    assert len(stamps) == 4


def test_our_sources_leave_the_base_alone(bases, layout):
    before = bases._base_stamp(TEST)
    (layout.addons / "support_packs" / "a.py").write_text("x")
    assert bases._base_stamp(TEST) == before


def test_a_moved_file_changes_the_stamp(bases, layout):
    path = layout.addons / "support_packs" / "a.py"
    path.write_text("x")
    before = bases.stamp(TEST)
    path.rename(path.with_name("b.py"))
    assert bases.stamp(TEST) != before


def test_the_suite_is_what_can_be_installed(layout, make_addon):
    make_addon("support_urgency", depends=["support_packs", "helpdesk_mgmt_sla"])
    make_addon("support_packs", depends=["sale", "helpdesk_mgmt"])
    make_addon("support_later", installable=False)
    (layout.addons / "notes").mkdir()
    assert odoo.suite(layout) == ["support_packs", "support_urgency"]
    assert odoo.foundation(layout) == ["helpdesk_mgmt", "helpdesk_mgmt_sla", "sale"]


def test_no_addon_is_told(layout):
    with pytest.raises(LauncherError, match="no installable add-on"):
        odoo.suite(layout)


def test_a_filestore_copy_shares_its_files(tmp_path):
    origin = tmp_path / "a" / "00"
    origin.mkdir(parents=True)
    (origin / "0012").write_bytes(b"x")
    databases.link_tree(tmp_path / "a", tmp_path / "b")
    copied = tmp_path / "b" / "00" / "0012"
    assert copied.samefile(origin / "0012")
    copied.unlink()
    assert (origin / "0012").read_bytes() == b"x"
