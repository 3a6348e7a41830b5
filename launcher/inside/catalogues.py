"""Bring add-ons' catalogues up to date with exported templates (Odoo's Python, polib).

Usage: catalogues.py FOLDER ADDONS MODULES LANGUAGE

FOLDER holds MODULE.pot as export.py wrote it, and fill.json ({"English": "translation"}
for LANGUAGE); it gets report.json. ADDONS is the folder of the add-ons.

A run without changes changes no byte: dates and headers are those that a file has.
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import polib
from babel.messages.plurals import get_plural

DATES = ("POT-Creation-Date", "PO-Revision-Date")
_PLACEHOLDER = re.compile(r"%%|%(?:\(\w+\))?[sdrf]")


def plain(text: str) -> str:
    """Return a term without what indentation adds to it.

    >>> plain("Used\\n            later. ")
    'Used later.'
    """
    return " ".join(text.split())


def placeholders(text: str) -> list[str]:
    """Return what Python puts values in for, sorted.

    >>> placeholders("%(pack)s: 5%% of %(amount)s")
    ['%%', '%(amount)s', '%(pack)s']
    """
    return sorted(set(_PLACEHOLDER.findall(text)))


def keep_dates(template: polib.POFile, old: polib.POFile | None) -> None:
    """Give a fresh template the dates of the one that it replaces."""
    for name in DATES:
        if old is not None and name in old.metadata:
            template.metadata[name] = old.metadata[name]


def new_catalogue(template: polib.POFile, language: str) -> polib.POFile:
    """Return a catalogue of `language` without entries, headed like `template`."""
    made = polib.POFile()
    made.header = template.header
    made.metadata = {
        **template.metadata,
        "Language": language,
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": get_plural(language).plural_forms,
    }
    return made


def merge(catalogue: polib.POFile, template: polib.POFile) -> None:
    """Give `catalogue` the terms of `template`, in its order, and no others.

    What is translated stays, also when a view was merely indented anew.
    """
    _follow_indentation(catalogue, template)
    catalogue.merge(template)
    order = {entry.msgid: number for number, entry in enumerate(template)}
    kept = [entry for entry in catalogue if not entry.obsolete]
    catalogue[:] = sorted(kept, key=lambda entry: order[entry.msgid])


def _follow_indentation(catalogue: polib.POFile, template: polib.POFile) -> None:
    known = {entry.msgid for entry in catalogue}
    moved = {plain(one.msgid): one.msgid for one in template if one.msgid not in known}
    wanted = {entry.msgid for entry in template}
    for entry in catalogue:
        if entry.msgid not in wanted:
            entry.msgid = moved.pop(plain(entry.msgid), entry.msgid)


def is_missing(entry: polib.POEntry) -> bool:
    """Tell whether an entry still needs a translator."""
    return entry.fuzzy or not entry.msgstr.strip()


def fill(catalogue: polib.POFile, words: Mapping[str, str]) -> list[str]:
    """Translate the missing terms; return those refused for other placeholders."""
    known = {plain(english): text for english, text in words.items()}
    refused = []
    for entry in filter(is_missing, catalogue):
        text = known.get(plain(entry.msgid), "")
        if not text.strip():
            continue
        if placeholders(text) == placeholders(entry.msgid):
            entry.msgstr, entry.fuzzy = text, False
        else:
            refused.append(entry.msgid)
    return refused


def update(
    folder: Path, exported: str, language: str, words: Mapping[str, str]
) -> dict:
    """Write template and catalogues of the add-on in `folder`; return what happened.

    `words` are for `language`, whose catalogue is made when there is none; those of
    other languages that the add-on has are merged only.
    """
    template = polib.pofile(exported)
    path = folder / "i18n" / f"{folder.name}.pot"
    old = _read(path)
    keep_dates(template, old)
    _write(path, template)
    before = {entry.msgid for entry in old or ()}
    after = {entry.msgid for entry in template}
    present = {one.stem for one in path.parent.glob("*.po")}
    found = {}
    for name in sorted({language, *present}):
        texts = words if name == language else {}
        found[name] = _update_language(path.with_name(f"{name}.po"), template, texts)
    return {
        "terms": len(after),
        "new": len(after - before),
        "dropped": len(before - after),
        "languages": found,
    }


def _update_language(
    path: Path, template: polib.POFile, words: Mapping[str, str]
) -> dict:
    catalogue = _read(path) or new_catalogue(template, path.stem)
    merge(catalogue, template)
    refused = fill(catalogue, words)
    _write(path, catalogue)
    missing = [entry.msgid for entry in catalogue if is_missing(entry)]
    return {"missing": missing, "refused": refused}


def _read(path: Path) -> polib.POFile | None:
    if not path.is_file():
        return None
    return polib.pofile(path.read_text(encoding="utf-8"))


def _write(path: Path, catalogue: polib.POFile) -> None:
    text = str(catalogue)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main(folder: Path, addons: Path, modules: list[str], language: str) -> None:
    """Update every add-on that has terms, and write the report."""
    words = json.loads((folder / "fill.json").read_text(encoding="utf-8"))
    report, english = {}, set()
    for module in modules:
        exported = folder / f"{module}.pot"
        if exported.is_file():
            text = exported.read_text(encoding="utf-8")
            english.update(plain(entry.msgid) for entry in polib.pofile(text))
            report[module] = update(addons / module, text, language, words)
    unknown = [text for text in words if plain(text) not in english]
    result = json.dumps({"addons": report, "unknown": unknown})
    (folder / "report.json").write_text(result, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3].split(","), sys.argv[4])
