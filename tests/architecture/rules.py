"""The rules of the house, as functions: a file in, its offences out.

An offence is a string ``path:line: what``. They are functions, apart from the tests
that apply them to the repository, so that each can be shown to find what it forbids.
"""

import ast
import re
import sys

from .sources import addon_of, imports_of, relative, strings_of

# Who may import whom inside an add-on: only what stands at the same height or below.
HEIGHT = {
    "engine": 0,
    "models": 1,
    "report": 2,
    "reports": 2,
    "wizard": 2,
    "wizards": 2,
    "controllers": 3,
}
# Add-ons may import those that they are built on, never their siblings.
BELOW = {
    "support_packs": set(),
    "support_urgency": {"support_packs"},
    "support_planning": {"support_packs"},
    "support_planning_timeline": {"support_packs", "support_planning"},
}
LONGEST = 400

# Built of parts, so that this file does not contain what it forbids.
_HOSTS = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("yarnpkg", "com"),
    ("debian", "org/debian"),
    ("deb", "debian"),
    ("ftp", "debian"),
    ("docker", "io"),
    ("quay", "io"),
    ("ghcr", "io"),
    ("proxy", "golang"),
    ("crates", "io"),
)
_WORDS = tuple("".join(parts) for parts in (("TO", "DO"), ("FIX", "ME"), ("XX", "X")))
_MACHINE = "|".join(("wo" + "rk", "fa" + "rm", "ro" + "ot", "ho" + "me"))

TEXT_RULES = {
    "unfinished work": re.compile(rf"\b({'|'.join(_WORDS)})\b"),
    "a path of one machine": re.compile(rf"(?<![\w./:~$}}*-])/({_MACHINE})/[\w.]"),
    "the host of a package registry": re.compile(
        "|".join(rf"\b{name}\.{re.escape(end)}\b" for name, end in _HOSTS)
        + r"|--?(extra-)?index-url|^\s*index-url"
    ),
}
_LOCK = re.compile(r"\bFOR\s+(NO\s+KEY\s+)?UPDATE\b|\bpg_(try_)?advisory_", re.I)


def _offence(path, line, what):
    return f"{relative(path)}:{line}: {what}"


def forbidden_text(path, text):
    """Unfinished work, paths of a machine, hosts of registries."""
    return [
        _offence(path, number, f"{what}: {line.strip()[:80]}")
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in TEXT_RULES.items()
        if pattern.search(line)
    ]


def too_long(path, text):
    """Python files of more than 400 lines are several files."""
    length = len(text.splitlines())
    if length > LONGEST:
        return [_offence(path, length, f"{length} lines, at most {LONGEST}")]
    return []


def locks(path, text):
    """Locks that spend twice: a snapshot taken before the lock is stale after it.

    Only ``UPDATE … SET balance = balance - n`` is safe under REPEATABLE READ.
    """
    tree = ast.parse(text)
    found = [
        _offence(path, line, f"a lock that spends twice: {value.strip()[:60]}")
        for line, value in strings_of(tree)
        if _LOCK.search(value)
    ]
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return found + [
        _offence(path, node.lineno, "lock_for_update() is not retried")
        for node in calls
        if node.attr in ("lock_for_update", "try_lock_for_update")
    ]


def _layer(parts):
    """The layer of dotted parts below ``odoo.addons.NAME``, None outside of layers."""
    return next((part for part in parts[:1] if part in HEIGHT), None)


def raw_records(path, text):
    """``field = record and …``: an empty record would be kept as ``model.name()``.

    A text field takes whatever it is given; say ``… if record else False``.
    """
    return [
        _offence(path, node.lineno, f"may keep a record as text: {ast.unparse(node)}")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Attribute)
        and isinstance(node.value, ast.BoolOp)
        and isinstance(node.value.op, ast.And)
        and isinstance(node.value.values[0], ast.Name | ast.Attribute)
    ]


def wrong_imports(path, text):
    """Imports against the direction: layers, engines, siblings."""
    addon = addon_of(path)
    own = path.parts[path.parts.index(addon) + 1 :]
    layer = _layer(own)
    found = []
    for line, name in imports_of(path, ast.parse(text)):
        parts = name.split(".")
        if parts[:2] == ["odoo", "addons"]:
            what = _wrong_import(addon, layer, parts[2], parts[3:])
        elif layer == "engine" and parts[0] not in sys.stdlib_module_names:
            what = "an engine imports the standard library only"
        else:
            what = None
        if what:
            found.append(_offence(path, line, f"{what}: {name}"))
    return found


def _wrong_import(addon, layer, other, inside):
    """What is wrong with importing ``odoo.addons.OTHER.INSIDE``, or None."""
    if other == addon:
        target = _layer(inside)
        if layer == "engine" and target != "engine":
            return "an engine imports the standard library only"
        if layer and target and HEIGHT[target] > HEIGHT[layer]:
            return f"{layer} may not import {target}"
    elif layer == "engine":
        return "an engine imports the standard library only"
    elif other in BELOW and other not in BELOW.get(addon, set()):
        return f"{addon} may not import {other}"
    return None


def siblings_named(path, text):
    """Names, in code or data, of add-ons of the suite that this one does not stand on.

    Comments and docstrings may say who extends a hook.
    """
    addon = addon_of(path)
    foreign = set(BELOW) - BELOW.get(addon, set()) - {addon}
    pattern = re.compile(rf"\b({'|'.join(sorted(foreign))})\b")
    if path.suffix == ".py":
        said = strings_of(ast.parse(text))
    else:
        said = enumerate(_without_comments(text).splitlines(), 1)
    return [
        _offence(path, line, f"{addon} names {match[1]}")
        for line, value in said
        if (match := pattern.search(value))
    ]


def _without_comments(xml):
    """XML text with its comments blanked, line for line."""
    return re.sub(
        r"<!--.*?-->", lambda match: "\n" * match[0].count("\n"), xml, flags=re.S
    )
