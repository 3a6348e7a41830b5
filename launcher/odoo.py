"""Odoo's command line and configuration; which add-ons make the suite."""

import ast
from collections.abc import Sequence
from pathlib import Path

from .environment import site_packages
from .errors import LauncherError
from .layout import Layout
from .postgres import Server
from .source import OdooSource


def suite(layout: Layout) -> list[str]:
    """Return the names of our installable add-ons, sorted."""
    manifests = sorted(layout.addons.glob("*/__manifest__.py"))
    found = [path.parent.name for path in manifests if _is_installable(path)]
    if not found:
        raise LauncherError(f"no installable add-on below {layout.addons}")
    return found


def foundation(layout: Layout) -> list[str]:
    """Return the add-ons that ours depend on and that are not ours, sorted."""
    ours = suite(layout)
    wanted = set()
    for name in ours:
        wanted.update(_manifest(layout.addons / name / "__manifest__.py")["depends"])
    return sorted(wanted.difference(ours))


def _manifest(path: Path) -> dict:
    return ast.literal_eval(path.read_text(encoding="utf-8"))


def _is_installable(path: Path) -> bool:
    return _manifest(path).get("installable", True)


def addons_path(layout: Layout, source: OdooSource) -> list[Path]:
    """Return Odoo's add-on folders, the community's, and ours."""
    return [*source.addons, site_packages(layout) / "odoo" / "addons", layout.addons]


def write_config(layout: Layout, source: OdooSource, server: Server) -> Path:
    """Write `.support/odoo.conf` and return its path."""
    settings = {
        "addons_path": ",".join(str(path) for path in addons_path(layout, source)),
        "data_dir": layout.data,
        "db_host": server.host,
        "db_port": server.port,
        "db_user": server.user,
        "http_interface": "127.0.0.1",
        "list_db": False,
        "proxy_mode": False,
        "workers": 0,
        "max_cron_threads": 0,
        # A debugger or a slow shared machine must not look like a runaway request.
        "limit_time_cpu": 3600,
        "limit_time_real": 3600,
        "limit_memory_hard": 0,
        "limit_memory_soft": 0,
        "smtp_server": "127.0.0.1",
        "smtp_port": 9,
    }
    if server.password:
        settings["db_password"] = server.password
    path = layout.state / "odoo.conf"
    lines = [f"{key} = {value}" for key, value in settings.items()]
    text = "\n".join(["[options]", *lines, ""])
    if not path.exists() or path.read_text() != text:
        path.touch(mode=0o600)
        path.write_text(text)
    return path


def command(layout: Layout, words: Sequence[str | Path]) -> list[str]:
    """Return the command that runs Odoo with our configuration.

    `words` may begin with a subcommand (`shell`); options follow.
    """
    config = ["-c", str(layout.state / "odoo.conf")]
    rest = [str(word) for word in words]
    sub = [rest.pop(0)] if rest and not rest[0].startswith("-") else []
    return [str(layout.python), "-m", "odoo", *sub, *config, *rest]


def python(
    layout: Layout, script: Sequence[str | Path], words: Sequence[str | Path | int]
) -> list[str]:
    """Return the command that runs a script inside Odoo's environment.

    `script` is its path and its own arguments, `words` are options for Odoo.
    """
    config = ["-c", layout.state / "odoo.conf"]
    return [str(word) for word in (layout.python, *script, *config, *words)]
