"""The mirror is read from the machine's apt sources, whichever format they have."""

import pytest

from launcher import aptsources
from launcher.aptsources import Source

DEB822 = """\
# written by the installer
Types: deb deb-src
URIs: http://mirror.test/debian/
Suites: bookworm
 bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://security.test/debian-security
Suites: bookworm-security
Components: main
"""


@pytest.fixture(autouse=True)
def no_named_mirror(monkeypatch):
    monkeypatch.delenv("SUPPORT_DEBIAN_MIRROR", raising=False)


@pytest.fixture
def apt_folder(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    return tmp_path


def test_deb822_reads_every_stanza_and_continued_lines():
    first, second = aptsources.parse_deb822(DEB822)
    assert first.suites == ("bookworm", "bookworm-updates")
    assert first.components == ("main", "contrib")
    assert second.uri == "http://security.test/debian-security"


def test_deb822_ignores_disabled_stanzas_and_sources_of_source_code():
    assert not aptsources.parse_deb822(DEB822.replace("Types: deb", "Types: x"))
    assert not aptsources.parse_deb822(f"Enabled: no\n{DEB822.split(chr(10) * 2)[0]}")


@pytest.mark.parametrize(
    ("line", "uri"),
    [
        ("deb http://m.test/debian bookworm main", "http://m.test/debian"),
        (
            "  deb [arch=amd64 signed-by=/k.gpg] https://m.test/d sid main",
            "https://m.test/d",
        ),
        (
            "deb\thttp://m.test/debian\tstable\tmain contrib # ours",
            "http://m.test/debian",
        ),
    ],
)
def test_one_line_format(line, uri):
    [source] = aptsources.parse_one_line(line)
    assert source.uri == uri
    assert source.is_debian


@pytest.mark.parametrize(
    "line", ["", "# deb http://m.test/d sid main", "deb-src x sid main"]
)
def test_one_line_format_ignores_comments_and_source_code(line):
    assert aptsources.parse_one_line(line) == []


@pytest.mark.parametrize(
    "source",
    [
        Source("http://m.test/debian-security", ("bookworm-security",), ("main",)),
        Source("http://vendor.test/apt", ("vendor-stable-1",), ("main",)),
        Source("http://m.test/debian", ("bookworm",), ("contrib",)),
        Source("file:/media/disc", ("bookworm",), ("main",)),
    ],
)
def test_other_archives_are_not_debian_mirrors(source):
    assert not source.is_debian


def test_both_formats_are_read_and_the_first_debian_archive_wins(apt_folder):
    vendor = "deb http://vendor.test/apt any main\n"
    (apt_folder / "sources.list").write_text(vendor)
    (apt_folder / "sources.list.d" / "debian.sources").write_text(DEB822)
    sources = aptsources.read(apt_folder)
    assert len(sources) == 3
    assert aptsources.debian_mirror(sources) == "http://mirror.test/debian"


def test_no_sources_no_mirror(apt_folder):
    assert aptsources.debian_mirror(aptsources.read(apt_folder)) is None


def test_the_variable_names_a_mirror(monkeypatch):
    monkeypatch.setenv("SUPPORT_DEBIAN_MIRROR", "http://mine.test/debian/")
    assert aptsources.debian_mirror([]) == "http://mine.test/debian"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ID=debian\nVERSION_CODENAME=bookworm\n", "bookworm"),
        ('ID=ubuntu\nVERSION_CODENAME="jammy"\n', None),
    ],
)
def test_codename_is_debians_only(tmp_path, text, expected):
    path = tmp_path / "os-release"
    path.write_text(text)
    assert aptsources.codename(path) == expected


def test_codename_without_the_file(tmp_path):
    assert aptsources.codename(tmp_path / "none") is None
