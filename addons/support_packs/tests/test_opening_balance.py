"""Packs from before the suite, by Odoo's own importer, with its Test button."""

import io
from datetime import date, timedelta

from openpyxl import Workbook

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools.misc import file_open, file_path

from .common import SupportPacksCommon, make_policy, make_product

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEMPLATE = "support_packs/static/xls/opening_balances.xlsx"
HEADER = [
    "Reference",
    "Client",
    "Policy",
    "Units granted",
    "Units left",
    "Activation",
    "Expiry",
    "Price paid",
]


class OpeningBalanceCommon(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.code = "hours_bono"
        cls.manager = cls.make_user("manager", "helpdesk_mgmt.group_helpdesk_manager")
        cls.today = cls.company.support_local_date()
        cls.client.write({"ref": "C-77", "vat": "CLIENT-VAT"})
        cls.openings = (
            cls.env["support.opening.balance"]
            .with_user(cls.manager)
            .with_company(cls.company)
        )

    def day(self, days):
        return str(self.today + timedelta(days=days))

    def row(self, reference="R1", **changes):
        """Return a good row of a file, with some cells changed by their header."""
        values = dict(
            zip(
                HEADER,
                [
                    reference,
                    self.client.name,
                    self.policy.name,
                    "1800",
                    "1260",
                    self.day(-30),
                    self.day(300),
                    "1800.50",
                ],
                strict=True,
            )
        )
        values.update(changes)
        return [values[name] for name in HEADER]

    def write_csv(self, rows):
        lines = [",".join(f'"{cell}"' for cell in row) for row in rows]
        return "\n".join(lines).encode()

    def write_xlsx(self, rows):
        book = Workbook()
        for row in rows:
            book.active.append(row)
        content = io.BytesIO()
        book.save(content)
        return content.getvalue()

    def run_import(self, content, kind=CSV, dryrun=False, user=None):
        """Import a file as the web client does, with the mapping that it suggests."""
        wizard = (
            self.env["base_import.import"]
            .with_user(user or self.manager)
            .with_company(self.company)
            .create(
                {
                    "res_model": "support.opening.balance",
                    "file": content,
                    "file_type": kind,
                    "file_name": "openings",
                }
            )
        )
        options = {
            "has_headers": True,
            "quoting": '"',
            "separator": ",",
            "encoding": "utf-8",
            "keep_matches": False,
        }
        preview = wizard.parse_preview(options)
        self.assertNotIn("error", preview)
        fields = ["/".join(preview["matches"][i]) for i in preview["matches"]]
        self.assertEqual(len(fields), len(preview["headers"]))
        return wizard.execute_import(
            fields, preview["headers"], preview["options"], dryrun=dryrun
        )

    def import_rows(self, *rows, **kw):
        return self.run_import(self.write_csv([HEADER, *rows]), **kw)

    def count(self):
        """Return how many openings, accounts, packs and entries there are."""
        self.env.flush_all()
        return [
            self.env[model].with_context(active_test=False).search_count([])
            for model in (
                "support.opening.balance",
                "support.account",
                "support.pack",
                "support.ledger.entry",
            )
        ]

    def found(self, reference="R1"):
        return self.env["support.opening.balance"].search(
            [("company_id", "=", self.company.id), ("reference", "=", reference)]
        )

    def entries(self, pack):
        return [
            (entry.entry_type, entry.quantity)
            for entry in pack.entry_ids.sorted("sequence")
        ]


@tagged("post_install", "-at_install")
class TestOpeningBalance(OpeningBalanceCommon):
    def test_csv_makes_account_pack_and_entries(self):
        result = self.import_rows(self.row())
        self.assertEqual(result["messages"], [])
        opening = self.found()
        pack = opening.pack_id
        self.assertEqual(opening.create_uid, self.manager)
        self.assertEqual(pack.account_id.partner_id, self.client)
        self.assertEqual(pack.account_id.policy_id, self.policy)
        self.assertEqual((pack.balance, pack.granted), (1260, 1800))
        self.assertEqual((pack.state, pack.unit), ("active", "minute"))
        self.assertEqual(str(pack.date_end), self.day(300))
        self.assertEqual(pack.amount, 1800.5)
        self.assertEqual(pack.currency_id, self.company.currency_id)
        self.assertFalse(pack.sale_line_id, "No sale was made")
        self.assertTrue(pack._is_imported())
        self.assertEqual(self.entries(pack), [("grant", 1800), ("adjustment", -540)])
        self.assertEqual(
            pack.entry_ids.sorted("sequence")[1].explanation.partition(":")[0],
            "Used before the import",
        )
        self.assert_sound(pack)

    def test_imported_pack_pays_for_work(self):
        self.import_rows(self.row())
        ticket = self.make_ticket(self.contact)
        self.log(ticket, 90)
        self.assert_charge(ticket, 90)
        self.assertEqual(self.found().pack_id.balance, 1170)

    def test_xlsx_with_dates_and_numbers(self):
        row = self.row()
        row[3:] = [1800, 1260, self.today - timedelta(30), self.today, 1800.5]
        content = self.write_xlsx([HEADER, row])
        result = self.run_import(content, XLSX)
        self.assertEqual(result["messages"], [])
        pack = self.found().pack_id
        self.assertEqual((pack.balance, pack.date_end), (1260, self.today))

    def test_client_by_reference_vat_and_external_id_policy_by_code(self):
        # Contacts carry the VAT number of their company: still one client.
        self.assertEqual(self.contact.vat, self.client.vat)
        self.env["ir.model.data"].create(
            {
                "module": "__import__",
                "name": "client_77",
                "model": "res.partner",
                "res_id": self.client.id,
            }
        )
        for reference, client in (("R1", "C-77"), ("R2", "CLIENT-VAT")):
            row = self.row(reference, Client=client, Policy="hours_bono")
            self.assertEqual(self.import_rows(row)["messages"], [])
        result = self.openings.load(
            [
                "reference",
                "partner_id/id",
                "policy_id",
                "granted",
                "remaining",
                "date_start",
            ],
            [["R3", "__import__.client_77", "hours_bono", "60", "60", self.day(0)]],
        )
        self.assertEqual(result["messages"], [])
        accounts = [self.found(f"R{n}").account_id for n in (1, 2, 3)]
        self.assertEqual(accounts, [self.make_account()] * 3)

    def test_states_follow_from_the_facts(self):
        past = {"Activation": self.day(-400), "Expiry": self.day(-30)}
        yesterday = {"Activation": self.day(-400), "Expiry": self.day(-1)}
        for reference, changes, state, entries in (
            ("none left", {"Units left": "0"}, "exhausted", [1800, -1800]),
            ("all left", {"Units left": "1800"}, "active", [1800]),
            ("over", past, "expired", [1800, -540, -1260]),
            ("late work", yesterday, "active", [1800, -540]),
            ("over, empty", {**past, "Units left": "0"}, "exhausted", [1800, -1800]),
        ):
            with self.subTest(reference):
                result = self.import_rows(self.row(reference, **changes))
                self.assertEqual(result["messages"], [])
                pack = self.found(reference).pack_id
                self.assertEqual(pack.state, state)
                self.assertEqual(
                    pack.entry_ids.sorted("sequence").mapped("quantity"), entries
                )
                dates = pack.entry_ids.sorted("sequence").mapped("date")
                self.assertEqual(dates, sorted(dates), "In the order of the statement")
                self.assert_sound(pack)

    def test_statement_of_imported_packs_adds_up(self):
        self.import_rows(
            self.row("R1"),
            self.row("R2", Activation=self.day(-400), Expiry=self.day(-30)),
        )
        statement = self.make_account()._get_statement()
        self.assertEqual(statement["closing"], {"minute": 1260})

    def test_expiry_by_terms_of_product_or_row(self):
        product = make_product(self.env, self.policy, 600, name="Old pack")
        start = date(2026, 3, 3)
        for values, end in (
            ({"product_id": product.id}, date(2027, 3, 3)),
            ({"product_id": product.id, "expiry_months": 6}, date(2026, 9, 3)),
            ({"expiry_kind": "none"}, False),
            ({}, False),
            ({"date_end": "2027-01-01"}, date(2027, 1, 1)),
        ):
            with self.subTest(**values):
                opening = self.openings.create(
                    {
                        "reference": str(values),
                        "partner_id": self.client.id,
                        "policy_id": self.policy.id,
                        "granted": 600,
                        "remaining": 600,
                        "date_start": start,
                        **values,
                    }
                )
                self.assertEqual(opening.pack_id.date_end, end)
                name = opening.pack_id.name
                expected = "Old pack #" if "product_id" in values else "Imported pack #"
                self.assertTrue(name.startswith(expected), name)

    def test_account_that_was_archived_is_a_client_again(self):
        account = self.make_account()
        account.active = False
        self.import_rows(self.row("R1", **{"Units left": "0"}))
        self.assertFalse(account.active)
        self.import_rows(self.row("R2"))
        self.assertTrue(account.active)

    def test_template_fits_and_can_be_imported(self):
        [template] = self.openings.get_import_templates()
        self.assertEqual(template["template"], f"/{TEMPLATE}")
        self.assertTrue(file_path(TEMPLATE))
        for name in ("Example Client Ltd", "Example Person"):
            self.make_client(name)
        with file_open(TEMPLATE, "rb") as file:
            result = self.run_import(file.read(), XLSX)
        self.assertEqual(result["messages"], [])
        self.assertEqual(self.found("B-0001").pack_id.balance, 1260)

    def test_no_row_is_changed_or_deleted(self):
        self.import_rows(self.row())
        opening = self.found()
        for user in (self.manager, self.env.user):
            mine = opening.with_user(user)
            with self.assertRaises(UserError):
                mine.remaining = 1800
            with self.assertRaises(UserError):
                mine.unlink()
        with self.assertRaisesRegex(UserError, "neither changed nor"):
            opening.sudo().write({"name": "Another"})
        with self.assertRaisesRegex(UserError, "neither changed nor"):
            opening.sudo().unlink()

    def test_only_helpdesk_managers_import(self):
        technician = self.make_user("technician", "helpdesk_mgmt.group_helpdesk_user")
        before = self.count()
        result = self.import_rows(self.row(), user=technician)
        self.assertTrue(result["messages"])
        with self.assertRaises(AccessError):
            self.openings.with_user(technician).search([])
        self.assertEqual(self.count(), before)

    def test_pack_of_another_is_not_adopted(self):
        other = self.make_pack(60)
        opening = self.openings.create(
            {
                "reference": "R9",
                "partner_id": self.client.id,
                "policy_id": self.policy.id,
                "granted": 10,
                "remaining": 10,
                "date_start": self.today,
                "pack_id": other.id,
            }
        )
        self.assertNotEqual(opening.pack_id, other)


@tagged("post_install", "-at_install")
class TestOpeningErrors(OpeningBalanceCommon):
    """What is wrong is said per row, with its field, and nothing is done."""

    def assert_error(self, field, text, *rows, row=0, **kw):
        before = self.count()
        for dryrun in (True, False):
            result = self.import_rows(*rows, dryrun=dryrun, **kw)
            self.assertFalse(result["ids"])
            messages = [
                (m["type"], m.get("field"), m["rows"]["from"])
                for m in result["messages"]
            ]
            self.assertIn(("error", field, row), messages, result["messages"])
            self.assertRegex(result["messages"][0]["message"], text)
            self.assertEqual(self.count(), before, "Nothing is half-done")

    def test_dry_run_of_a_good_file_leaves_nothing(self):
        before = self.count()
        result = self.import_rows(self.row(), dryrun=True)
        self.assertEqual(result["messages"], [])
        self.assertTrue(result["ids"])
        self.assertEqual(self.count(), before)

    def test_each_bad_row_says_its_field(self):
        credits = make_policy(
            self.env, self.company, "Credits", unit="credit", code="credits"
        )
        make_policy(self.env, self.company, "Fair", unit="none", debit_on="none")
        for field, text, changes in (
            ("granted", "from 1", {"Units granted": "0", "Units left": "0"}),
            ("granted", "at most", {"Units granted": "99999999999"}),
            ("granted", "integer", {"Units granted": "12.5"}),
            ("remaining", "^Units left: from 0", {"Units left": "-5"}),
            ("remaining", "1800 that were granted", {"Units left": "1801"}),
            ("remaining", "fill it in", {"Units left": ""}),
            ("partner_id", "fill it in", {"Client": ""}),
            ("partner_id", "No matching record", {"Client": "Nobody"}),
            ("policy_id", "No matching record", {"Policy": "gold"}),
            ("reference", "fill it in", {"Reference": " "}),
            ("date_start", "fill it in", {"Activation": ""}),
            ("date_start", "in the future", {"Activation": self.day(2)}),
            ("date_end", "before the activation", {"Expiry": self.day(-31)}),
            ("amount", "0 or more", {"Price paid": "-1"}),
        ):
            with self.subTest(**changes):
                self.assert_error(
                    field,
                    text,
                    self.row("good"),
                    self.row("bad", **changes),
                    row=1,
                )
        self.assert_error("policy_id", "no support account yet", self.row(Policy=""))
        self.assert_error("policy_id", "nothing is counted", self.row(Policy="Fair"))
        self.make_account()
        self.assert_error("policy_id", "follows", self.row(Policy=credits.code))

    def test_units_that_do_not_match(self):
        credits = make_policy(self.env, self.company, "Credits", unit="credit")
        product = make_product(self.env, credits, 15)
        values = ["reference", "partner_id", "policy_id", "granted", "remaining"]
        row = ["R1", self.client.name, self.policy.name, "15", "15"]
        for name, cell in (("unit", "Credits"), ("product_id", product.name)):
            result = self.openings.load(
                [*values, "date_start", name], [[*row, self.day(0), cell]]
            )
            self.assertFalse(result["ids"])
            self.assertEqual(result["messages"][0]["field"], name)
            self.assertIn("another unit", result["messages"][0]["message"])

    def test_product_that_is_no_pack(self):
        make_product(
            self.env, self.policy, name="A chair", support_is_pack=False, type="consu"
        )
        result = self.openings.load(
            ["reference", "partner_id", "product_id", "granted", "remaining"]
            + ["date_start"],
            [["R1", self.client.name, "A chair", "5", "5", self.day(0)]],
        )
        self.assertEqual(result["messages"][0]["field"], "product_id")

    def test_same_file_twice_is_refused_per_row(self):
        rows = [self.row("R1"), self.row("R2")]
        self.assertEqual(self.import_rows(*rows)["messages"], [])
        self.assert_error("reference", "imported before", *rows, row=0)
        self.assert_error("reference", "imported before", *rows, row=1)

    def test_reference_twice_in_a_file(self):
        self.assert_error(
            "reference", "imported before", self.row("R1"), self.row("R1"), row=1
        )

    def test_same_external_id_twice_changes_nothing(self):
        names = ["id", "reference", "partner_id", "policy_id", "granted", "remaining"]
        row = ["one", "R1", self.client.name, self.policy.name, "60", "60"]
        first = self.openings.load([*names, "date_start"], [[*row, self.day(0)]])
        self.assertEqual(first["messages"], [])
        again = self.openings.load([*names, "date_start"], [[*row, self.day(0)]])
        self.assertFalse(again["ids"])
        self.assertEqual(again["messages"][0]["type"], "error")

    def test_client_whose_name_two_have_is_an_error(self):
        self.make_client(self.client.name)
        self.assert_error("partner_id", "ultiple matches", self.row())

    def test_policy_of_another_company_is_not_found(self):
        company = self.env["res.company"].create({"name": "Other company"})
        make_policy(self.env, company, "Elsewhere", code="elsewhere")
        self.manager.company_ids |= company
        self.openings = self.openings.with_context(
            allowed_company_ids=[self.company.id, company.id]
        )
        result = self.openings.load(
            ["reference", "partner_id", "policy_id", "granted", "remaining"]
            + ["date_start"],
            [["R1", self.client.name, "elsewhere", "5", "5", self.day(0)]],
        )
        self.assertEqual(result["messages"][0]["field"], "policy_id")

    def test_last_use_needs_a_date_once_something_was_used(self):
        values = {
            "reference": "R1",
            "partner_id": self.client.id,
            "policy_id": self.policy.id,
            "granted": 60,
            "remaining": 30,
            "date_start": self.today,
            "expiry_kind": "last_use",
            "expiry_months": 12,
        }
        with self.assertRaisesRegex(ValidationError, "^Expiry: "):
            self.openings.create(values)
        end = {"reference": "R2", "date_end": self.day(30)}
        opening = self.openings.create({**values, **end})
        self.assertEqual(opening.pack_id.expiry_kind, "last_use")
