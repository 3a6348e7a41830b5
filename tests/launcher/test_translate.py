"""Translation files: what a translator wrote stays, what is missing is told."""

import json

import polib
import pytest

from launcher import cli, translate
from launcher.errors import LauncherError
from launcher.inside import catalogues

TEMPLATE = """\
# Translation of Odoo Server.
# This file contains the translation of the following modules:
# \t* support_packs
#
msgid ""
msgstr ""
"Project-Id-Version: Odoo Server 19.0\\n"
"Report-Msgid-Bugs-To: \\n"
"POT-Creation-Date: {date}\\n"
"PO-Revision-Date: {date}\\n"
"Last-Translator: \\n"
"Language-Team: \\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: \\n"
"Plural-Forms: \\n"
"""
OLD, NOW = "2026-01-05 00:00+0000", "2026-03-01 10:15+0000"


def entry(msgid, msgstr="", place="a", flag=""):
    """The text of one entry, as Odoo exports it."""
    return (
        "\n#. module: support_packs\n"
        f"#: model:ir.model.fields,help:support_packs.{place}\n"
        f"{flag}msgid {json.dumps(msgid)}\nmsgstr "
        f"{json.dumps(msgstr, ensure_ascii=False)}\n"
    )


def template(*msgids, date=NOW, place="a"):
    return TEMPLATE.format(date=date) + "".join(
        entry(one, place=place) for one in msgids
    )


def spanish(*entries):
    head = TEMPLATE.format(date=OLD)
    head = head.replace('"MIME', '"Language: es\\n"\n"MIME')
    head = head.replace('Encoding: "', 'Encoding: 8bit"').replace(
        'Plural-Forms: \\n"', 'Plural-Forms: nplurals=2; plural=n != 1;\\n"'
    )
    return head + "".join(entries)


@pytest.fixture
def addon(layout, make_addon):
    folder = make_addon("support_packs")
    (folder / "i18n").mkdir()
    return folder


@pytest.fixture
def files(addon):
    """Paths of the template and of the Spanish catalogue, both written."""
    pot, es = addon / "i18n" / "support_packs.pot", addon / "i18n" / "es.po"
    pot.write_text(template("Balance", "Pack", date=OLD))
    es.write_text(spanish(entry("Balance", "Saldo"), entry("Pack", "Bono")))
    return pot, es


def update(addon, exported, words=None, language="es"):
    return catalogues.update(addon, exported, language, words or {})


def texts(path):
    return [(one.msgid, one.msgstr) for one in polib.pofile(path.read_text())]


def test_a_run_without_changes_changes_no_byte(addon, files):
    before = [path.read_bytes() for path in files]
    found = update(addon, template("Balance", "Pack"))
    assert [path.read_bytes() for path in files] == before
    assert found == {
        "terms": 2,
        "new": 0,
        "dropped": 0,
        "languages": {"es": {"missing": [], "refused": []}},
    }


def test_new_terms_are_empty_in_odoos_order_and_obsolete_ones_go(addon, files):
    pot, es = files
    found = update(addon, template("Adds", "Balance", "Expires"))
    assert texts(es) == [("Adds", ""), ("Balance", "Saldo"), ("Expires", "")]
    assert [one.msgid for one in polib.pofile(pot.read_text())] == [
        "Adds",
        "Balance",
        "Expires",
    ]
    assert "#~" not in es.read_text()
    assert (found["new"], found["dropped"]) == (2, 1)
    assert found["languages"]["es"]["missing"] == ["Adds", "Expires"]


def test_the_template_keeps_its_dates_and_follows_the_sources(addon, files):
    pot, es = files
    update(addon, template("Balance", "Pack", place="b"))
    assert pot.read_text() == template("Balance", "Pack", date=OLD, place="b")
    assert "support_packs.b\n" in es.read_text()
    assert "support_packs.a\n" not in es.read_text()


def test_a_first_template_keeps_the_date_of_its_export(addon):
    update(addon, template("Balance"))
    pot = addon / "i18n" / "support_packs.pot"
    assert pot.read_text() == template("Balance")
    update(addon, template("Balance", date="2026-04-01 00:00+0000"))
    assert pot.read_text() == template("Balance")


def test_the_asked_language_is_made_when_new(addon, files):
    found = update(addon, template("Balance", "Pack"), {"Pack": "Paquet"}, "ca")
    made = polib.pofile((addon / "i18n" / "ca.po").read_text())
    assert made.metadata["Language"] == "ca"
    assert made.metadata["Plural-Forms"].startswith("nplurals=2; plural=")
    assert [one.msgstr for one in made] == ["", "Paquet"]
    assert found["languages"]["ca"]["missing"] == ["Balance"]
    assert found["languages"]["es"]["missing"] == []


def test_words_fill_what_is_missing_of_their_language_only(addon, files):
    (addon / "i18n" / "ca.po").write_text(spanish())
    words = {"Adds": "Añade", "Balance": "Otro saldo"}
    found = update(addon, template("Adds", "Balance"), words)
    assert texts(files[1]) == [("Adds", "Añade"), ("Balance", "Saldo")]
    assert found["languages"]["es"]["missing"] == []
    assert found["languages"]["ca"]["missing"] == ["Adds", "Balance"]


def test_an_empty_word_fills_nothing(addon, files):
    found = update(addon, template("Adds"), {"Adds": " "})
    assert found["languages"]["es"]["missing"] == ["Adds"]
    assert texts(files[1]) == [("Adds", "")]


@pytest.mark.parametrize("text", ["de %(bono)s", "de", "de %(pack)s %s"])
def test_other_placeholders_are_refused(addon, files, text):
    found = update(addon, template("from %(pack)s"), {"from %(pack)s": text})
    assert found["languages"]["es"] == {
        "missing": ["from %(pack)s"],
        "refused": ["from %(pack)s"],
    }
    assert texts(files[1]) == [("from %(pack)s", "")]


def test_indentation_loses_no_translation(addon, files):
    files[1].write_text(spanish(entry("Used\n    later", "Luego")))
    update(addon, template("Used\n        later", "a\n b"), {"a b": "c"})
    assert texts(files[1]) == [("Used\n        later", "Luego"), ("a\n b", "c")]


def test_a_fuzzy_term_is_missing_until_it_is_filled(addon, files):
    files[1].write_text(spanish(entry("Pack", "Paquete", flag="#, fuzzy\n")))
    found = update(addon, template("Pack"))
    assert found["languages"]["es"]["missing"] == ["Pack"]
    assert texts(files[1]) == [("Pack", "Paquete")]
    found = update(addon, template("Pack"), {"Pack": "Bono"})
    assert found["languages"]["es"]["missing"] == []
    assert files[1].read_text() == spanish(entry("Pack", "Bono"))


def test_an_obsolete_term_that_is_back_has_its_translation(addon, files):
    files[1].write_text(spanish() + '\n#~ msgid "Pack"\n#~ msgstr "Bono"\n')
    update(addon, template("Pack"))
    assert files[1].read_text() == spanish(entry("Pack", "Bono"))


def test_the_script_reports_each_addon_and_unknown_words(addon, files, tmp_path):
    folder = tmp_path / "job"
    folder.mkdir()
    (folder / "support_packs.pot").write_text(template("Pack", "To  go"))
    words = {"Pack": "Bono", "To go": "Ir", "Pcak": "Bono"}
    (folder / "fill.json").write_text(json.dumps(words))
    names = ["support_packs", "support_silent"]
    catalogues.main(folder, addon.parent, names, "es")
    report = json.loads((folder / "report.json").read_text())
    assert report["unknown"] == ["Pcak"]
    assert list(report["addons"]) == ["support_packs"]
    assert report["addons"]["support_packs"]["terms"] == 2


# The verb of the launcher.


def report_of(missing=(), refused=(), unknown=()):
    found = {"missing": list(missing), "refused": list(refused)}
    addon = {"terms": 2, "new": 1, "dropped": 0, "languages": {"es": found}}
    return {"addons": {"support_packs": addon}, "unknown": list(unknown)}


def test_missing_terms_are_listed_in_the_form_of_a_fill_file():
    report = report_of(['Say "no"\n   más'], ["%s"], ["Pcak"])
    assert list(translate.lines(report)) == [
        "support_packs: 2 terms, 1 new, 0 gone",
        "  es: 1 missing",
        '    "Say \\"no\\" más": "",',
        '  ! other placeholders than in "%s"',
        '  ! no such term: "Pcak"',
    ]


def test_complete_is_when_nothing_is_missing():
    assert translate.is_complete(report_of())
    assert not translate.is_complete(report_of(["Pack"]))


def test_addons_are_chosen_by_name():
    known = ["support_packs", "support_urgency"]
    assert translate.choose(known, []) == known
    assert translate.choose(known, ["support_urgency"]) == ["support_urgency"]
    with pytest.raises(LauncherError, match="no add-on sale; there are: support_p"):
        translate.choose(known, ["sale"])


def test_fill_files_add_up_and_the_last_wins(tmp_path):
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    first.write_text('{"Pack": "Paquete", "Adds": "Añade"}', encoding="utf-8")
    second.write_text('{"Pack": "Bono"}')
    assert translate.read_words([first, second]) == {"Pack": "Bono", "Adds": "Añade"}


@pytest.mark.parametrize("text", ['["Pack"]', '{"Pack": 1}', "{", None])
def test_what_is_no_fill_file_is_told(tmp_path, text):
    path = tmp_path / "a.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(LauncherError, match="a.json"):
        translate.read_words([path])


@pytest.mark.parametrize("code", ["../es", "Spanish", "e", ""])
def test_what_is_no_code_of_a_language_is_told(layout, make_addon, code):
    make_addon("support_packs")
    with pytest.raises(LauncherError, match="no code of a language"):
        translate.run(layout, [], code, [])


def test_the_command_line_has_the_verb(tmp_path):
    words = ["translate", "support_packs", "--fill", "a.json", "--fill", "b.json"]
    options = cli.build_parser().parse_args(words)
    assert options.addons == ["support_packs"]
    assert [str(path) for path in options.fill] == ["a.json", "b.json"]
    assert options.language == "es"
