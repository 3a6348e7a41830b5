"""Which lines of a server's log make a run fail."""

import pytest

from launcher import logcheck

SERIALIZE = "could not serialize access due to concurrent update"
STAMP = "2026-01-05 10:00:00,000 4711"


def line(level, logger, message, database="db"):
    return f"{STAMP} {level} {database} {logger}: {message}"


@pytest.mark.parametrize(
    "entry",
    [
        line("ERROR", "odoo.sql_db", "bad query"),
        line("ERROR", "odoo.http", "could not serialize access: gave up"),
        line("CRITICAL", "odoo.service.server", "failed", database="?"),
        line("WARNING", "odoo.addons.support_packs.models.pack", "odd"),
        line("WARNING", "odoo.fields", "Field support.pack.balance: unknown parameter"),
        line(
            "WARNING",
            "py.warnings",
            "/c/addons/support_urgency/x.py:3: DeprecationWarning",
        ),
        line(
            "WARNING", "odoo.addons.base.models.assetsbundle", "could not find asset x"
        ),
        line(
            "INFO",
            "werkzeug",
            '127.0.0.1 - - [x] "GET /web/assets/1/a.js HTTP/1.1" 404 -',
        ),
        line(
            "INFO",
            "werkzeug",
            '127.0.0.1 - - [x] "GET /web/static/a.woff HTTP/1.1" 404 -',
        ),
        "Traceback (most recent call last):\n  File x\nImportError: no",
    ],
)
def test_problems(entry):
    good = line("INFO", "odoo", "fine")
    assert len(logcheck.judge(f"{entry}\n{good}\n")) == 1


@pytest.mark.parametrize(
    "entry",
    [
        "",
        line("INFO", "odoo.modules.loading", "Loading module support_packs (3/9)"),
        line("INFO", "odoo.addons.support_packs", "ERROR is a word in here"),
        line("WARNING", "odoo.http", "Access denied"),
        line("WARNING", "odoo.addons.helpdesk_mgmt", "theirs"),
        line(
            "INFO",
            "werkzeug",
            '127.0.0.1 - - [x] "GET /web/assets/1/a.js HTTP/1.1" 200 -',
        ),
        line("INFO", "werkzeug", '127.0.0.1 - - [x] "GET /my/ticket/9 HTTP/1.1" 404 -'),
        line("ERROR", "odoo.sql_db", "bad query: b'U'") + f"\nERROR: {SERIALIZE}",
        "<string>:5: (ERROR/3) Unexpected indentation.",
        "(WARNING/2) Block quote ends without a blank line; unexpected unindent.",
    ],
)
def test_noise(entry):
    assert logcheck.judge(entry) == []


def test_an_entry_keeps_its_traceback():
    text = (
        line("ERROR", "odoo.http", "broken") + "\nTraceback (most ...):\nKeyError: 'x'"
    )
    assert logcheck.judge(text) == ["ERROR odoo.http: broken ... KeyError: 'x'"]
