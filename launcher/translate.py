"""`./support translate`: templates and catalogues of the add-ons, what is missing."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from . import databases, odoo, process
from .errors import EXIT_FAILED, EXIT_OK, LauncherError
from .layout import Layout
from .progress import say, step
from .session import Session, open_session

INSIDE = Path(__file__).parent / "inside"
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Za-z0-9]+)?(@[a-z]+)?")


def run(
    layout: Layout, names: Sequence[str], language: str, fills: Sequence[Path]
) -> int:
    """Update the named add-ons, or all; return 1 when a term is not translated."""
    chosen = choose(odoo.suite(layout), names)
    if not _LANGUAGE.fullmatch(language):
        raise LauncherError(f"{language} is no code of a language, such as es or pt_BR")
    words = read_words(fills)
    say(f"support translate: {', '.join(chosen)}")
    folder = layout.state / "translate"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "fill.json").write_text(json.dumps(words), encoding="utf-8")
    with open_session(layout) as session:
        _export(session, folder, chosen)
        report = _update(layout, folder, chosen, language)
    say("\n".join(lines(report)))
    return EXIT_OK if is_complete(report) else EXIT_FAILED


def choose(known: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the add-ons meant by `names`; all of them when none is named."""
    for name in names:
        if name not in known:
            raise LauncherError(f"no add-on {name}; there are: {', '.join(known)}")
    return [name for name in known if not names or name in names]


def read_words(paths: Sequence[Path]) -> dict[str, str]:
    """Read files of `{"English": "translation"}`; a later one wins."""
    words: dict[str, str] = {}
    for path in paths:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            raise LauncherError(f"cannot read {path}: {problem}") from problem
        texts = list(found.values()) if isinstance(found, dict) else [None]
        if not all(isinstance(text, str) for text in texts):
            raise LauncherError(f'{path} must be one object of {{"English": "text"}}')
        words.update(found)
    return words


def _export(session: Session, folder: Path, modules: Sequence[str]) -> None:
    """Have Odoo write the templates, from a copy: nobody else may use a template."""
    layout, bases = session.layout, session.databases
    bases.ensure(databases.TEST)
    database = bases.copy(databases.TEST, "translate")
    script = [INSIDE / "export.py", folder, ",".join(modules)]
    log = layout.logs / "translate-export.log"
    title = f"terms of {', '.join(modules)}"
    with step(title):
        code = process.run(odoo.python(layout, script, ["-d", database]), log)
    bases.drop(database)
    databases.require_success(title, code, log)


def _update(
    layout: Layout, folder: Path, modules: Sequence[str], language: str
) -> dict:
    script = INSIDE / "catalogues.py"
    words = [folder, layout.addons, ",".join(modules), language]
    log = layout.logs / "translate-update.log"
    process.check("merging", [layout.python, script, *words], log)
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def is_complete(report: Mapping) -> bool:
    """Tell whether every catalogue of the report is fully translated."""
    return not any(
        found["missing"]
        for addon in report["addons"].values()
        for found in addon["languages"].values()
    )


def lines(report: Mapping) -> Iterator[str]:
    """Yield the report in words; missing terms in the form of a file for --fill."""
    for name, addon in report["addons"].items():
        counts = f"{addon['terms']} terms, {addon['new']} new, {addon['dropped']} gone"
        yield f"{name}: {counts}"
        for language, found in addon["languages"].items():
            yield f"  {language}: {len(found['missing'])} missing"
            for term in found["missing"]:
                yield f'    {_quoted(term)}: "",'
            for term in found["refused"]:
                yield f"  ! other placeholders than in {_quoted(term)}"
    for term in report["unknown"]:
        yield f"  ! no such term: {_quoted(term)}"


def _quoted(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
