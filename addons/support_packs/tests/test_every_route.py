"""Every address of ours, found in Odoo's own map of addresses: none can be forgotten.

A new one is tested from the moment it exists; if it has a parameter that
``get_values`` does not know, the test asks for it.
"""

import inspect
import re

from werkzeug.urls import url_quote

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .portal_common import PortalCommon

HOSTILE = (
    "",
    "0",
    "-1",
    "9" * 40,
    "1e9",
    "zzz",
    "'; DROP TABLE support_pack; --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "\x00",
    "ñ" * 300,
    "[]",
    "2026-02-30",
    "0000-00-00",
)
SECRET = "Secret of the client"
# Forms whose fields no signature names.
FORMS = {
    "/my/support/buy/continue": {"product", "quantity", "accept", "terms"},
    "/my/orders/<int:order_id>/support_terms": {"support_terms"},
}


class Route:
    """One address: how it is asked, and what it takes."""

    def __init__(self, rule):
        self.rule = rule
        function = inspect.unwrap(getattr(rule.endpoint, "func", rule.endpoint))
        self.module = function.__module__
        self.routing = rule.endpoint.routing
        self.methods = set(rule.methods or ()) - {"HEAD", "OPTIONS"}
        self.in_path = set(rule.arguments)
        parameters = inspect.signature(function).parameters.values()
        self.names = self.in_path | {
            parameter.name
            for parameter in parameters
            if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
            and parameter.name != "self"
        }
        self.names |= FORMS.get(rule.rule, set())

    @property
    def is_ours(self):
        return self.module.startswith("odoo.addons.support_")

    @property
    def adds_an_address(self):
        return "support" in self.rule.rule

    def takes(self, name, value):
        """Whether an address with this value is ours at all."""
        converter = self.rule._converters.get(name)
        # Odoo's own page for what is not found fails on a null byte.
        if not value or "\x00" in value:
            return False
        return not converter or bool(re.fullmatch(converter.regex, value))

    def build(self, values):
        """Return the address with values in its path, and the rest of the values."""
        address = self.rule.rule
        for name in self.in_path:
            start = address.index(
                "<", address.rindex("/", 0, address.index(f"{name}>"))
            )
            end = address.index(">", start) + 1
            value = url_quote(str(values[name]), safe="")
            address = address[:start] + value + address[end:]
        return address, {k: v for k, v in values.items() if k not in self.in_path}


class RouteCommon(PortalCommon):
    def get_routes(self):
        """Return the pages of the suite, in a fixed order."""
        rules = self.env["ir.http"].routing_map().iter_rules()
        routes = [Route(rule) for rule in rules if hasattr(rule.endpoint, "routing")]
        found = [
            route
            for route in routes
            if route.is_ours and route.routing["type"] == "http"
        ]
        self.assertGreater(len(found), 8, "The map of addresses was read wrongly")
        return sorted(found, key=lambda route: route.rule.rule)

    def ask(self, route, values):
        """Ask as a browser does; return the response."""
        address, rest = route.build(values)
        if "POST" in route.methods:
            return self.post(address, **rest)
        return self.get(address, params=rest)

    def take_stock(self):
        """Return what is in every table of ours and in those that pages lead to."""
        self.env.flush_all()
        models = [
            model
            for name, model in sorted(self.env.items())
            if model._auto
            and not model._transient
            and (
                name.startswith("support.")
                or name in ("helpdesk.ticket", "sale.order", "account.move")
            )
        ]
        stock = {}
        for model in models:
            self.env.cr.execute(
                SQL(
                    "SELECT md5(string_agg(r::text, ',' ORDER BY r.id)) FROM %s r",
                    SQL.identifier(model._table),
                )
            )
            stock[model._name] = self.env.cr.fetchone()[0]
        return stock


@tagged("post_install", "-at_install")
class TestEveryRoute(RouteCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.make_pack(1800)
        cls.ticket = cls.make_ticket(name=SECRET)
        cls.work = cls.log(cls.ticket, 25)
        cls.charge = cls.ticket.support_charge_id
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.client.id,
                "order_line": [Command.create({"product_id": cls.pack_product.id})],
            }
        )
        # Odoo makes it when the client's address is asked for: no change of theirs.
        cls.order._portal_ensure_token()
        cls.policy.allow_disputes = True
        cls.dispute = cls.work.with_user(cls.anna)._dispute(SECRET)
        cls.terms = cls.env["support.terms"].create(
            {"name": SECRET, "body": SECRET, "company_id": cls.company.id}
        )

    def get_values(self):
        """Return what belongs to the client, by the names of parameters."""
        return {
            "ticket_id": self.ticket.id,
            "stage_id": self.stage_done.id,
            "choice": "invoice",
            "work_id": self.work.id,
            "dispute_id": self.dispute.id,
            "reason": "Reason",
            "account": self.pack.account_id.id,
            "pack_id": self.pack.id,
            "pack": self.pack.id,
            "kind": "usage",
            "period": "this_year",
            "file_format": "csv",
            "policy": self.policy.id,
            "description": "Description",
            "order_id": self.order.id,
            "decline_message": "Reason",
            "access_token": "guessed",
            "product": self.pack_product.id,
            "quantity": 1,
            "accept": "on",
            "terms": self.terms.id,
            "support_terms": self.terms.id,
            "version": self.terms.id,
            "page": 1,
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
            # Of the list of tickets.
            "date_begin": "2026-01-01",
            "date_end": "2026-12-31",
            "sortby": "date",
            "filterby": "all",
            "search": "Secret",
            "search_in": "content",
            "groupby": "none",
        }

    def test_addresses_of_ours_only_read_or_only_write(self):
        for route in self.get_routes():
            if not route.adds_an_address:
                continue
            with self.subTest(route.rule.rule):
                self.assertIn(route.methods, ({"GET"}, {"POST"}))
                self.assertIsNot(route.routing.get("csrf"), False)

    def test_visitors_are_asked_to_log_in(self):
        self.login(None)
        known = self.get_values()
        for route in self.get_routes():
            if route.routing["auth"] != "user":
                continue
            with self.subTest(route.rule.rule):
                values = {name: known[name] for name in route.in_path}
                response = self.ask(route, values)
                self.assertEqual(response.status_code, 303)
                self.assertIn("/web/login", response.headers["Location"])

    def test_forms_from_elsewhere_are_refused(self):
        self.login(self.anna)
        before = self.take_stock()
        known = self.get_values()
        for route in self.get_routes():
            if route.methods != {"POST"}:
                continue
            with self.subTest(route.rule.rule):
                values = {name: known[name] for name in route.names}
                address, rest = route.build(values)
                # A form without any field would be sent as a GET.
                response = self.post_without_token(address, **rest, field="value")
                self.assertEqual(response.status_code, 400)
        self.assertEqual(self.take_stock(), before)

    def test_hostile_values_never_fail_and_change_nothing(self):
        self.login(self.anna)
        before = self.take_stock()
        known = self.get_values()
        for route in self.get_routes():
            for value in HOSTILE:
                with self.subTest(route.rule.rule, value=value[:40]):
                    values = dict.fromkeys(route.names, value)
                    if not all(route.takes(name, value) for name in route.in_path):
                        continue
                    self.assertLess(self.ask(route, values).status_code, 500)
            with self.subTest(route.rule.rule, value="nothing"):
                values = {name: known[name] for name in route.in_path}
                self.assertLess(self.ask(route, values).status_code, 500)
            self.assertEqual(self.take_stock(), before, route.rule.rule)

    def test_another_client_reaches_nothing_by_guessed_ids(self):
        self.login(self.rita)
        before = self.take_stock()
        known = self.get_values()
        for route in self.get_routes():
            with self.subTest(route.rule.rule):
                missing = route.names - known.keys()
                self.assertFalse(missing, "Say in get_values what these are")
                values = {name: known[name] for name in route.names}
                response = self.ask(route, values)
                self.assertLess(response.status_code, 500)
                self.assertNotIn(SECRET, response.text)
                self.assertNotIn(self.client.name, response.text)
                self.assertNotIn(self.pack.name, response.text)
        self.assertEqual(self.take_stock(), before)
