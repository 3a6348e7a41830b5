"""What tests of the client area share: two clients with people, and real requests."""

from lxml import html

from odoo import Command, http
from odoo.tests import HttpCase, JsonRpcException, new_test_user
from odoo.tools import mute_logger

from .common import SupportPacksCommon


class PortalCommon(SupportPacksCommon, HttpCase):
    """Anna and Andy work for one client, Rita for another."""

    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Whatever language the database was loaded in: addresses without a language
        # are English here.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env["ir.default"].set("res.partner", "lang", "en_US")
        cls.company.email = "help@workshop.example"
        cls.anna = cls.make_portal_user("anna", cls.client)
        cls.andy = cls.make_portal_user("andy", cls.client)
        cls.rival = cls.make_client("Rival Company")
        cls.rita = cls.make_portal_user("rita", cls.rival)

    @classmethod
    def make_portal_user(cls, login, client, **values):
        contact = cls.env["res.partner"].create(
            {
                "name": login.title(),
                "parent_id": client.id,
                "email": f"{login}@example.com",
            }
        )
        return new_test_user(
            cls.env,
            login=login,
            groups="base.group_portal",
            partner_id=contact.id,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            lang="en_US",
            **values,
        )

    def login(self, user):
        """Log in; without a user, visit as nobody."""
        login = user and user.login
        self.authenticate(login, login)
        self.opener.cookies["frontend_lang"] = "en_US"

    def get(self, url, **kw):
        """Return the response to a GET, without following redirects."""
        return self.url_open(url, allow_redirects=False, **kw)

    def post(self, url, token=True, **values):
        """Return the response to a POST, without following redirects."""
        if token:
            values["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(url, data=values, allow_redirects=False)

    def post_without_token(self, url, **values):
        """Return the response to a form that another site may have sent."""
        with mute_logger("odoo.http"):
            return self.post(url, token=False, **values)

    def page(self, url):
        """Return the parsed page at an address that answers with 200."""
        response = self.get(url)
        self.assertEqual(response.status_code, 200, url)
        return self.parse(response)

    def parse(self, response):
        return html.fromstring(response.content)

    def texts(self, root, css_class):
        """Return the texts of the elements of a class, with single spaces."""
        test = f"contains(concat(' ', @class, ' '), ' {css_class} ')"
        return [
            " ".join(node.text_content().split()) for node in root.xpath(f"//*[{test}]")
        ]

    def text(self, root):
        return " ".join(root.text_content().split())

    def assert_redirects(self, response, path):
        self.assertIn(response.status_code, (302, 303))
        self.assertEqual(
            response.headers["Location"].removeprefix(self.base_url()), path
        )

    def call(self, model, method, *args, **kwargs):
        """Call a method as the web client does, as who is logged in."""
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def assert_refused(self, errors, model, method, *args, **kwargs):
        """The call ends in one of these errors (names of classes)."""
        with (
            mute_logger("odoo.http"),
            self.assertRaises(JsonRpcException) as caught,
        ):
            self.call(model, method, *args, **kwargs)
        name = str(caught.exception).rpartition(".")[2]
        self.assertIn(name, errors, f"{model}.{method}")
