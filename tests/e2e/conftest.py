"""What browser tests stand on: a real server on a copy of the demo, and real clicks.

Fixtures for tests:

- `server`: a running Odoo (`server.url`, `server.database`, `server.read_log()`)
- `mailbox`: outgoing mail, kept as files (`mailbox.messages()`)
- `page`, `phone_page`: a browser page of 1280x800 or 360x740
- `new_page(width, height, **context)`: more of them (each with cookies of its own)
- `login(page, user)`: log in; the password equals the login
- `rpc(user)`: call models as a user, past the browser

A test also fails when a page logs a console error, when anything of /web/assets is
answered with 400 or more, and (at the end) when the server's log is not clean. A test
that provokes such errors on purpose takes the fixture `allow_console_errors` and
appends patterns of what it expects.
"""

import contextlib
import email
import email.policy
import itertools
import json
import os
import re
import sys
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from launcher import (  # noqa: E402
    databases,
    ground,
    locks,
    logcheck,
    system,
)
from launcher import mailbox as mail  # noqa: E402
from launcher.layout import Layout  # noqa: E402
from launcher.server import OdooServer, running  # noqa: E402
from launcher.session import open_session  # noqa: E402

SERVE = Path(__file__).parent / "inside" / "serve.py"
DESKTOP = (1280, 800)
PHONE = (360, 740)
TIMEOUT_MS = 20_000
# Several processes may share the tests, each with a server of its own.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
# A browser that talks to nobody but our server.
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="session")
def odoo_session():
    """The launcher's session: PostgreSQL running, the demo template up to date."""
    layout = Layout()
    with ExitStack() as stack:
        session = stack.enter_context(open_session(layout, with_tests=True))
        lock = layout.state / f"e2e{WORKER}.lock"
        stack.enter_context(locks.exclusive(lock, "running browser tests"))
        session.databases.ensure(databases.DEMO)
        yield session


@pytest.fixture(scope="session")
def mailbox(odoo_session):
    """Outgoing mail; `messages()` returns it parsed, oldest first."""
    folder = odoo_session.layout.results / f"mail{WORKER}"
    for path in folder.glob("*.eml"):
        path.unlink()
    with mail.open_mailbox(folder) as box:
        box.messages = lambda: [_parse(path) for path in sorted(folder.glob("*.eml"))]
        yield box


def _parse(path):
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


@pytest.fixture(scope="session")
def server(odoo_session, mailbox):
    """A running server (threads, no scheduled jobs) on a fresh copy of the demo.

    Its log is judged at the end: errors, tracebacks, our warnings, missing assets.
    """
    layout, bases = odoo_session.layout, odoo_session.databases
    name = bases.copy(databases.DEMO, f"test_e2e{WORKER}")
    log = layout.logs / f"e2e{WORKER}-server.log"
    odoo = OdooServer(layout, name, ground.free_port(), log)
    bases.set_report_address(name, odoo.url)
    options = [
        "--max-cron-threads=0",
        f"--smtp-port={mailbox.port}",
        # Core warns that /jsonrpc will go; `rpc` uses it as clients do today.
        "--log-handler=odoo.addons.rpc.controllers.jsonrpc:ERROR",
    ]
    with running(odoo, options, SERVE):
        yield odoo
    bases.drop(name)
    problems = logcheck.judge(odoo.read_log())
    assert not problems, f"the server's log is not clean, see {log}:\n" + "\n".join(
        problems
    )


@pytest.fixture(scope="session")
def browser(odoo_session):
    """The system's Chromium, driven by Playwright."""
    program = system.browser(odoo_session.layout.logs / "apt-browser.log")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program, args=BROWSER_FLAGS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def allow_console_errors():
    """A list of regular expressions: console errors that this test expects."""
    return []


@pytest.fixture
def new_page(server, browser, request, allow_console_errors):
    """Return a factory of pages; afterwards their errors fail the test.

    When the test failed, each page's picture goes to .support/test-results/.
    """
    pages, errors = [], []

    def make(width=DESKTOP[0], height=DESKTOP[1], **options):
        context = browser.new_context(
            base_url=server.url, viewport={"width": width, "height": height}, **options
        )
        context.set_default_timeout(TIMEOUT_MS)
        page = context.new_page()
        _listen(page, errors)
        pages.append(page)
        return page

    yield make
    report = getattr(request.node, "report_call", None)
    if errors or report is None or report.failed:
        _take_pictures(pages, request.node.name)
    for page in pages:
        page.context.close()
    unexpected = [
        line
        for line in errors
        if not any(re.search(pattern, line) for pattern in allow_console_errors)
    ]
    assert not unexpected, "the page complained:\n" + "\n".join(unexpected)


def _listen(page, errors):
    def on_console(message):
        if message.type == "error":
            errors.append(
                f"console: {message.text} ({message.location.get('url', '')})"
            )

    def on_response(response):
        if response.status >= 400 and "/web/assets" in response.url:
            errors.append(f"asset: {response.status} {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: errors.append(f"script: {error}"))
    page.on("response", on_response)


def _take_pictures(pages, test_name):
    folder = Layout().results
    folder.mkdir(parents=True, exist_ok=True)
    slug = re.sub(r"\W+", "-", test_name).strip("-")
    for number, page in enumerate(pages, 1):
        if not page.is_closed():
            page.screenshot(path=folder / f"{slug}-{number}.png", full_page=True)


@pytest.fixture
def page(new_page):
    """A page as on a laptop."""
    return new_page(*DESKTOP)


@pytest.fixture
def phone_page(new_page):
    """A page as on a telephone."""
    return new_page(*PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def login():
    """Return a function that logs `user` in on `page` and waits for what follows."""

    def log_in(page, user, password=None):
        page.goto("/web/login")
        page.fill("input[name=login]", user)
        page.fill("input[name=password]", password or user)
        page.click("form.oe_login_form button[type=submit]")
        # What a story wants to see comes next: the first page need not be whole.
        page.wait_for_url(lambda url: "/web/login" not in url, wait_until="commit")
        return page

    return log_in


class RpcError(Exception):
    """The server refused a call; `name` is the exception's class on the server."""

    def __init__(self, error):
        data = error.get("data", {})
        super().__init__(data.get("message") or error.get("message"))
        self.name = data.get("name", "")


class Rpc:
    """One user's calls over JSON-RPC: `rpc("res.partner", "search_count", [])`."""

    _numbers = itertools.count(1)

    def __init__(self, server, user, password):
        self.server = server
        self.password = password
        self.uid = self._call("common", "login", server.database, user, password)
        if not self.uid:
            raise RpcError({"message": f"login of {user} refused"})

    def __call__(self, model, method, *args, **kwargs):
        database, uid = self.server.database, self.uid
        words = (database, uid, self.password, model, method, list(args), kwargs)
        return self._call("object", "execute_kw", *words)

    def _call(self, service, method, *args):
        params = {"service": service, "method": method, "args": args}
        body = {
            "jsonrpc": "2.0",
            "method": "call",
            "id": next(self._numbers),
            "params": params,
        }
        request = urllib.request.Request(
            f"{self.server.url}/jsonrpc",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = json.load(response)
        if "error" in answer:
            raise RpcError(answer["error"])
        return answer.get("result")


@pytest.fixture(scope="session")
def rpc(server):
    """Return a function: `rpc("tecnica")` gives that user's calls.

    A refused call raises an exception with the server's `name` and message.
    """

    def connect(user, password=None):
        return Rpc(server, user, password or user)

    connect.Error = RpcError
    return connect


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let fixtures know at their end whether the test itself passed."""
    report = yield
    setattr(item, f"report_{report.when}", report)
    return report


@pytest.fixture
def speaking(rpc):
    """Return a context in which employees' back office speaks a language."""

    @contextlib.contextmanager
    def in_language(logins, language):
        admin = rpc("admin")
        users = admin("res.users", "search", [("login", "in", logins)])
        before = admin("res.users", "read", users, ["lang"])
        # Each word of it empties the server's caches: nothing is written for nothing.
        others = [user for user in before if user["lang"] != language]
        for user in others:
            admin("res.users", "write", [user["id"]], {"lang": language})
        yield
        for user in others:
            admin("res.users", "write", [user["id"]], {"lang": user["lang"]})

    return in_language
