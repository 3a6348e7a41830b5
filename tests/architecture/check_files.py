#!/usr/bin/env python3
"""Checks text files: the hook ``files`` of .pre-commit-config.yaml.

    check_files.py FILE...

Prints ``path:line: what`` for each offence and exits with 1 if there is any. Changes
nothing.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree

import yaml

# Trailing spaces have a meaning in these.
_KEEP_SPACES = {".diff", ".patch"}
_CONFLICT = ("<" * 7 + " ", ">" * 7 + " ", "|" * 7 + " ")
_PRIVATE_KEY = "PRIVATE" + " KEY-----"


def _check_lines(text, keep_spaces):
    for number, line in enumerate(text.split("\n"), 1):
        if "\r" in line:
            yield number, "a carriage return"
        elif line != line.rstrip() and not keep_spaces:
            yield number, "trailing whitespace"
        if line.startswith(_CONFLICT):
            yield number, "a conflict mark"
        if line.startswith("-----BEGIN") and _PRIVATE_KEY in line:
            yield number, "a private key"


def _check_end(text):
    last = text.count("\n")
    if text and not text.endswith("\n"):
        yield last + 1, "no line end at the end of the file"
    elif text.endswith("\n\n") or text == "\n":
        yield last, "empty lines at the end of the file"


def _check_syntax(path, text):
    try:
        if path.suffix in (".xml", ".svg"):
            ElementTree.fromstring(text.encode())
        elif path.suffix in (".yaml", ".yml"):
            yaml.safe_load(text)
    except ElementTree.ParseError as error:
        yield error.position[0], f"not well-formed: {error}"
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        yield (mark.line + 1 if mark else 1), f"no YAML: {error}".replace("\n", " ")


def check(path):
    """The offences of a file, a ``pathlib.Path``, as ``(line, what)``."""
    try:
        # newline="": universal newlines would hide carriage returns.
        with path.open(encoding="utf-8", newline="") as source:
            text = source.read()
    except UnicodeDecodeError as error:
        return [(1, f"no UTF-8: {error.reason}")]
    found = [(1, "a byte order mark")] if text.startswith("\ufeff") else []
    found += _check_lines(text, path.suffix in _KEEP_SPACES)
    found += _check_end(text)
    found += _check_syntax(path, text)
    return found


def main(names):
    offences = [
        f"{name}:{line}: {what}"
        for name in names
        for line, what in check(pathlib.Path(name))
    ]
    print("\n".join(offences), end="\n" if offences else "")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
