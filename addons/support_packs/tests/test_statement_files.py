import base64
import csv
import io
from datetime import date, datetime

import openpyxl

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..report.support_statement_csv import write_csv
from .common import SupportPacksCommon

MARCH = (date(2026, 3, 1), date(2026, 3, 31))


class StatementFilesCommon(SupportPacksCommon):
    chart = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account()
        cls.make_pack(60, day=date(2026, 1, 10))
        cls.make_pack(1800, day=date(2026, 3, 1))
        cls.ticket = cls.make_ticket(name="=HYPERLINK(1)")
        cls.log(cls.ticket, 25, datetime(2026, 3, 5, 9))
        # Already the 7th in Madrid.
        cls.log(cls.ticket, 55, datetime(2026, 3, 6, 23, 30))

    def workbook(self, accounts=None, *period, lang="en_US"):
        accounts = (accounts or self.account).with_context(lang=lang)
        content, _type, self.filename = accounts._export_statement("xlsx", *period)
        return openpyxl.load_workbook(io.BytesIO(content))

    def rows(self, sheet):
        return [list(row) for row in sheet.iter_rows(values_only=True)]

    def csv_rows(self, accounts=None, *period, lang="en_US", delimiter=","):
        accounts = (accounts or self.account).with_context(lang=lang)
        content, _type, self.filename = accounts._export_statement("csv", *period)
        text = content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))


@tagged("post_install", "-at_install")
class TestStatementXlsx(StatementFilesCommon):
    """The workbook: real numbers, real dates, text that stays text."""

    def test_each_table_has_a_sheet_in_the_words_of_the_reader(self):
        book = self.workbook(None, *MARCH)
        self.assertEqual(book.sheetnames, ["Balances", "Movements", "Packs"])
        self.assertEqual(
            self.filename, "Statement Client Company 2026-03-01 2026-03-31.xlsx"
        )

    def test_balances_are_numbers_with_a_total_for_each_unit(self):
        sheet = self.workbook(None, *MARCH)["Balances"]
        self.assertEqual(sheet["A1"].value, "Support statement")
        self.assertEqual(sheet["A2"].value, "Period: from 1 Mar 2026 to 31 Mar 2026")
        head, row, total = self.rows(sheet)[-3:]
        self.assertEqual(head[2:], ["Opening balance", "Added"] + head[4:])
        self.assertEqual(row, ["Client Company", "Minutes", 60, 1800, -80, 1780])
        self.assertEqual(total, ["Total", "Minutes", 60, 1800, -80, 1780])

    def test_movements_have_dates_in_the_zone_of_the_company(self):
        sheet = self.workbook(None, *MARCH)["Movements"]
        head, *rows, total = self.rows(sheet)
        at = head.index
        self.assertEqual(
            [
                (row[at("Date")], row[at("Movement")], row[at("Balance")])
                for row in rows
            ],
            [
                (datetime(2026, 3, 1), 1800, 1860),
                (datetime(2026, 3, 5), -60, 1800),
                (datetime(2026, 3, 7), -20, 1780),
            ],
        )
        self.assertTrue(sheet["B2"].is_date)
        self.assertEqual(rows[1][at("Type")], "Usage")
        self.assertEqual(rows[1][at("Expiry")], datetime(2027, 1, 10))
        self.assertEqual(
            rows[1][at("Why")].split(" (")[0],
            "25 min → minimum 60 min = 60 min, from Pack of 60",
        )
        self.assertEqual((total[0], total[at("Movement")]), ("Total", 1720))
        self.assertIsNone(total[at("Balance")])

    def test_a_title_that_looks_like_a_formula_is_text(self):
        sheet = self.workbook()["Movements"]
        cells = [cell for row in sheet.iter_rows() for cell in row]
        titles = [cell for cell in cells if cell.value == "=HYPERLINK(1)"]
        self.assertEqual({cell.data_type for cell in titles}, {"s"})
        self.assertFalse([cell for cell in cells if cell.data_type == "f"])

    def test_packs_are_listed_with_their_expiry(self):
        sheet = self.workbook(None, *MARCH)["Packs"]
        head, *rows, total = self.rows(sheet)
        self.assertEqual(
            head[1:], ["Pack", "Activation", "Expiry", "Unit", "Content", "Left"]
        )
        self.assertEqual(
            rows[-1][1:],
            [
                "Pack of 1800",
                datetime(2026, 3, 1),
                datetime(2027, 3, 1),
                "Minutes",
                1800,
                1780,
            ],
        )
        self.assertEqual(total[-1], 1780)

    def test_the_header_stays_in_view_and_columns_have_widths(self):
        book = self.workbook()
        self.assertEqual(book["Movements"].freeze_panes, "A2")
        # Below the title, the period and the zone.
        self.assertEqual(book["Balances"].freeze_panes, "A6")
        self.assertTrue(book["Movements"].auto_filter.ref)
        self.assertGreater(book["Movements"].column_dimensions["H"].width, 50)

    def test_several_accounts_go_into_one_workbook(self):
        other = self.make_account(self.make_client("Other Client"))
        self.make_pack(45, account=other, day=date(2026, 3, 2))
        sheet = self.workbook(self.account | other)["Balances"]
        clients = {row[0] for row in self.rows(sheet)[-3:-1]}
        self.assertEqual(clients, {"Client Company", "Other Client"})
        self.assertEqual(self.rows(sheet)[-1][-1], 1825)
        self.assertEqual(self.filename, "Support statements.xlsx")

    def test_units_are_never_added_up(self):
        policy = self.policy.copy(
            {"unit": "credit", "request_type_ids": [], "name": "Credits"}
        )
        other = self.make_account(self.make_client("Other Client"), policy)
        self.make_pack(45, account=other)
        rows = self.rows(self.workbook(self.account | other)["Balances"])
        totals = {row[1]: row[-1] for row in rows if row[0] == "Total"}
        self.assertEqual(totals, {"Minutes": 1780, "Credits": 45})

    def test_an_empty_account_has_an_empty_workbook(self):
        other = self.make_account(self.make_client("Other Client"))
        book = self.workbook(other)
        self.assertEqual(len(self.rows(book["Movements"])), 1)
        self.assertEqual(len(self.rows(book["Packs"])), 1)

    def test_hostile_titles_and_names_do_not_break_it(self):
        self.ticket.name = "a\x01b\x0b\ud83d\ude00".encode(
            "utf-16", "surrogatepass"
        ).decode("utf-16")
        self.ticket.with_context(tracking_disable=True).name = "+" * 1000 + "\x01<&>"
        self.assertTrue(self.rows(self.workbook()["Movements"]))


@tagged("post_install", "-at_install")
class TestStatementCsv(StatementFilesCommon):
    """One flat table: opening, movements, closing, packs."""

    def test_rows_say_by_their_type_what_they_are(self):
        head, *rows = self.csv_rows(None, *MARCH)
        at = head.index
        self.assertEqual(
            [(row[at("Date")], row[at("Type")], row[-2], row[-1]) for row in rows],
            [
                ("2026-03-01", "Opening balance", "", "60"),
                ("2026-03-01", "Grant", "1800", "1860"),
                ("2026-03-05", "Usage", "-60", "1800"),
                ("2026-03-07", "Usage", "-20", "1780"),
                ("2026-03-31", "Closing balance", "", "1780"),
                ("", "Left in the pack", "", "0"),
                ("", "Left in the pack", "", "1780"),
            ],
        )
        self.assertEqual(rows[-1][at("Expiry")], "2027-03-01")

    def test_spreadsheets_read_it_as_it_is(self):
        content, kind, _name = self.account._export_statement("csv")
        self.assertTrue(content.startswith(b"\xef\xbb\xbf"), "no BOM")
        self.assertEqual(kind, "text/csv; charset=utf-8")
        self.assertIn(b'"Usage"', content)
        self.assertIn(b",-60,", content)

    def test_the_separator_is_that_of_the_language(self):
        language = self.env["res.lang"]._lang_get("en_US")
        self.assertEqual(len(self.csv_rows()[0]), 11)
        language.write({"decimal_point": ",", "thousands_sep": "."})
        self.assertEqual(len(self.csv_rows(delimiter=";")[0]), 11)

    def test_what_looks_like_a_formula_is_neutralised(self):
        titles = [row[4] for row in self.csv_rows() if "HYPERLINK" in row[4]]
        self.assertEqual(set(titles), {"'=HYPERLINK(1)"})
        column = {"columns": [{"label": "Title"}]}
        for start in ("=", "+", "-", "@", "\t", "\r", " ="):
            with self.subTest(start=start):
                table = {**column, "rows": [[f"{start}cmd|' /C calc'!A0"]]}
                text = write_csv(table, ";").decode("utf-8-sig").splitlines()[1]
                self.assertTrue(text.startswith(f"\"'{start.rstrip(chr(13))}"), text)

    def test_quotes_separators_and_null_bytes_stay_within_their_cell(self):
        table = {
            "columns": [{"label": "Title"}],
            "rows": [
                [
                    'a";"b\x00\nc',
                ]
            ],
        }
        content = write_csv(table, ";").decode("utf-8-sig")
        [_head, row] = csv.reader(io.StringIO(content), delimiter=";")
        self.assertEqual(row, ['a";"b\nc'])


@tagged("post_install", "-at_install")
class TestStatementExport(StatementFilesCommon):
    """The dialog of the staff."""

    def wizard(self, accounts=None, user=None, **values):
        accounts = accounts or self.account
        model = self.env["support.statement.export"].with_context(
            active_model="support.account", active_ids=accounts.ids
        )
        if user:
            model = model.with_user(user)
        return model.create(values)

    def test_the_file_holds_the_statement_of_the_period(self):
        wizard = self.wizard(period="custom", date_from=MARCH[0], date_to=MARCH[1])
        action = wizard.action_download()
        self.assertEqual(action["type"], "ir.actions.act_url")
        content, _type, filename = self.account._export_statement("xlsx", *MARCH)
        self.assertEqual(wizard.filename, filename)
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.content)))
        expected = openpyxl.load_workbook(io.BytesIO(content))
        for sheet in book.sheetnames:
            self.assertEqual(self.rows(book[sheet]), self.rows(expected[sheet]))

    def test_a_pdf_is_printed_as_a_report(self):
        wizard = self.wizard(file_format="pdf", period="last_year")
        action = wizard.action_download()
        self.assertEqual(action["type"], "ir.actions.report")
        year = self.company.support_local_date().year - 1
        self.assertEqual(
            (str(action["data"]["date_from"]), str(action["data"]["date_to"])),
            (f"{year}-01-01", f"{year}-12-31"),
        )

    def test_usual_periods_fill_the_dates(self):
        wizard = self.wizard(period="all")
        self.assertFalse(wizard.date_from or wizard.date_to)
        wizard.period = "this_month"
        today = self.company.support_local_date()
        self.assertEqual(wizard.date_from, today.replace(day=1))
        self.assertEqual(wizard.date_to.month, today.month)
        self.assertEqual((wizard.date_to.toordinal() + 1), _next_month(today))

    def test_a_period_that_ends_before_it_begins_is_refused(self):
        wizard = self.wizard(
            period="custom", date_from="2026-03-02", date_to="2026-03-01"
        )
        with self.assertRaisesRegex(ValidationError, "^From, To: "):
            wizard.action_download()

    def test_roles(self):
        self.make_people()
        for user in (self.technician, self.manager, self.accountant):
            wizard = self.wizard(user=user, period="all", file_format="csv")
            wizard.action_download()
            self.assertIn(b"1780", base64.b64decode(wizard.content))
        for user in (self.salesperson, self.employee, self.portal_user):
            with self.assertRaises(AccessError):
                self.wizard(user=user, period="all")

    def test_nobody_fetches_the_file_of_a_colleague(self):
        self.make_people()
        wizard = self.wizard(user=self.technician, period="all")
        wizard.action_download()
        with self.assertRaises(AccessError):
            wizard.with_user(self.colleague).read(["content"])

    def test_accounts_of_another_company_are_refused(self):
        self.make_people()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        policy = self.policy.copy({"company_id": other.id, "request_type_ids": []})
        foreign = self.make_account(self.make_client("Stranger"), policy)
        with self.assertRaises(AccessError):
            self.wizard(accounts=foreign, user=self.technician).action_download()


def _next_month(day):
    first = day.replace(day=1)
    following = first.replace(
        year=first.year + (first.month == 12), month=first.month % 12 + 1
    )
    return following.toordinal()
