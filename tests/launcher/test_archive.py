"""Odoo's packages: found in whichever suite has them, never half-unpacked."""

import subprocess
from hashlib import sha256

import pytest

from launcher import ground, source
from launcher.apt import Package, PrivateApt, judge_update, parse_uris
from launcher.errors import GroundError, StepFailed

DIGEST = "0" * 64
URIS = f"""\
'http://m.test/pool/o/odoo.deb' odoo-19_19.0.0+dfsg-1_all.deb 12 SHA256:{DIGEST}
'http://m.test/pool/f/f.deb' fonts_2%3a3_all.deb 7 SHA256:{DIGEST}
"""
REFUSED = """\
Err:1 http://127.0.0.1:9/debian sid InRelease
  Could not connect to 127.0.0.1:9 (127.0.0.1). - connect (111: Connection refused)
W: Some index files failed to download. They have been ignored.
"""
ABSENT = """\
Err:3 http://m.test/debian nosuch Release
  404  Not Found [IP: 192.0.2.1 80]
E: The repository 'http://m.test/debian nosuch Release' does not have a Release file.
"""


@pytest.mark.parametrize(
    ("output", "verdict"),
    [
        ("Get:1 http://m.test sid InRelease\nReading package lists...", "ok"),
        (REFUSED, "unreachable"),
        ("W: Failed to fetch x  Could not resolve 'nowhere.invalid'", "unreachable"),
        (ABSENT, "absent"),
        ("W: GPG error: x: NO_PUBKEY 0E98404D386FA1D9", "unsigned"),
        ("E: The repository 'x sid InRelease' is not signed.", "unsigned"),
        ("E: Failed to fetch x  Hash Sum mismatch", "broken"),
    ],
)
def test_apts_words_are_judged(output, verdict):
    assert judge_update(output) == verdict


def test_print_uris_is_parsed():
    odoo, fonts = parse_uris("NOTE: a note\n" + URIS)
    assert odoo == Package("odoo-19_19.0.0+dfsg-1_all.deb", 12, DIGEST)
    assert fonts.size == 7


def test_a_package_counts_only_when_whole_and_unaltered(tmp_path):
    whole = b"content"
    package = Package("a.deb", len(whole), sha256(whole).hexdigest())
    assert not package.is_in(tmp_path)
    (tmp_path / "a.deb").write_bytes(whole[:3])
    assert not package.is_in(tmp_path)
    (tmp_path / "a.deb").write_bytes(b"CONTENT")
    assert not package.is_in(tmp_path)
    (tmp_path / "a.deb").write_bytes(whole)
    assert package.is_in(tmp_path)


class Suites:
    """An archive: which packages each suite carries."""

    def __init__(self, **carried):
        self.carried = carried
        self.asked = []

    def open(self, suite):
        self.asked.append(suite)
        return _Suite(self.carried[suite]) if suite in self.carried else None


class _Suite:
    def __init__(self, packages):
        self.packages = packages

    def find(self, names):
        return [
            Package(self.packages[n], 1, DIGEST) for n in names if n in self.packages
        ]


def test_the_first_suite_that_has_all_packages_is_taken():
    suites = Suites(
        sid={"odoo-19": "o1"},
        backports={"odoo-19": "o2", "jquery": "j2"},
        stable={"odoo-19": "o3", "jquery": "j3"},
    )
    order = ["gone", "sid", "backports", "stable"]
    _, packages = source.choose(suites.open, order, ["odoo-19", "jquery"])
    assert [package.name for package in packages] == ["o2", "j2"]
    assert suites.asked == ["gone", "sid", "backports"]


def test_icons_of_a_newer_kind_are_passed_over():
    suites = Suites(
        new={"icons": "icons_7.0.deb"}, old={"icons": "icons_really4.7.0.deb"}
    )
    _, [package] = source.choose(
        suites.open, ["new", "old"], ["icons"], source._has_old_icons
    )
    assert package.name == "icons_really4.7.0.deb"


def test_a_package_gone_from_every_suite_is_one_line():
    with pytest.raises(
        GroundError, match="no longer has odoo-19 .asked a, b."
    ) as caught:
        source.choose(Suites(a={}).open, ["a", "b"], ["odoo-19"])
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_this_machines_release_is_asked_first_for_icons():
    assert source.icon_order("trixie")[:2] == ("trixie", "bookworm")
    assert source.icon_order(None)[0] == "bookworm"


def test_a_mirror_that_refuses_is_one_line(tmp_path):
    refusing = PrivateApt(
        tmp_path, f"http://127.0.0.1:{ground.free_port()}/debian", "sid"
    )
    with pytest.raises(GroundError, match="no network, or the Debian mirror 127.0.0.1"):
        refusing.update()


@pytest.fixture
def deb(layout, tmp_path):
    """A real Debian package that pretends to be Odoo; returns its description."""
    tree = tmp_path / "tree"
    code = tree / "usr/lib/python3/dist-packages/odoo"
    code.mkdir(parents=True)
    (code / "release.py").write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
    (tree / "DEBIAN").mkdir()
    control = "Package: odoo-19\nVersion: 1\nArchitecture: all\n"
    control += "Maintainer: x\nDescription: x\n"
    (tree / "DEBIAN" / "control").write_text(control)
    layout.debs.mkdir()
    path = layout.debs / "odoo-19_1_all.deb"
    subprocess.run(["dpkg-deb", "-b", tree, path], check=True, capture_output=True)
    return Package(
        path.name, path.stat().st_size, sha256(path.read_bytes()).hexdigest()
    )


def test_unpacking_ends_with_a_whole_folder(layout, deb):
    layout.odoo.with_name("odoo.partial").mkdir()
    source.unpack(layout, [deb])
    assert source.release_of(source.unpacked_folder(layout)) == "19.0"
    assert (layout.odoo / source.VERSION_FILE).read_text() == "odoo-19_1_all.deb\n"
    stripped = source.unpacked_folder(layout) / "odoo" / "addons" / source.STRIPPED
    assert stripped.read_text() == ""
    assert not layout.odoo.with_name("odoo.partial").exists()


def test_an_interrupted_unpacking_leaves_no_folder(layout, deb):
    (layout.debs / deb.name).write_bytes(b"damaged")
    with pytest.raises(subprocess.CalledProcessError):
        source.unpack(layout, [deb])
    assert not layout.odoo.exists()
    assert not source.is_present(layout)


def test_an_existing_stripped_file_is_kept(tmp_path):
    path = tmp_path / "odoo" / "addons" / source.STRIPPED
    path.parent.mkdir(parents=True)
    path.write_text("whole")
    source.add_stripped_file(tmp_path)
    assert path.read_text() == "whole"


@pytest.mark.parametrize(
    ("release", "seen"),
    [(None, "no Odoo"), ("version_info = (18, 0, 0, FINAL, 0, '')", "Odoo 18.0")],
)
def test_a_named_checkout_must_be_odoo_19(layout, tmp_path, monkeypatch, release, seen):
    if release:
        (tmp_path / "odoo").mkdir()
        (tmp_path / "odoo" / "release.py").write_text(release)
    monkeypatch.setenv(source.VARIABLE, str(tmp_path))
    with pytest.raises(GroundError, match=f"holds {seen}; it must be an Odoo 19.0"):
        source.ensure(layout)


def test_a_named_checkout_is_used(layout, tmp_path, monkeypatch):
    checkout = tmp_path / "checkout"
    (checkout / "odoo" / "addons").mkdir(parents=True)
    (checkout / "odoo" / "release.py").write_text(
        "version_info = (19, 0, 0, FINAL, 0, '')"
    )
    monkeypatch.setenv(source.VARIABLE, str(checkout))
    found = source.ensure(layout)
    assert found.addons == [checkout / "odoo" / "addons", checkout / "addons"]


def test_a_damaged_download_is_not_used(layout):
    class Damaging:
        def download(self, names, target, on_bytes):
            (target / "a.deb").write_bytes(b"damaged")

    package = Package("a.deb", 7, DIGEST)
    with pytest.raises(StepFailed, match="a.deb arrived damaged"):
        source._download(layout, [(Damaging(), [package])])
    assert not (layout.debs / "a.deb").exists()
