import csv
import io
from datetime import date, datetime, timedelta

import openpyxl

from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import PortalCommon

MARCH = "date_from=2026-03-01&date_to=2026-03-31"


class StatementPortalCommon(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account()
        cls.early = cls.make_pack(60, day=date(2026, 1, 10), name="Early")
        cls.late = cls.make_pack(1800, day=date(2026, 2, 10), name="Late")
        cls.ticket = cls.make_ticket(cls.anna.partner_id, name="Café menu")
        cls.log(cls.ticket, 25, datetime(2026, 3, 5, 9))
        cls.log(cls.ticket, 80, datetime(2026, 4, 1, 9))
        cls.other = cls.make_ticket(cls.anna.partner_id, name="Newsletter")
        cls.log(cls.other, 70, datetime(2026, 3, 20, 9))

    def quantities(self, page):
        return self.texts(page, "o_support_quantity")

    def ledger(self, query=""):
        return self.page(f"/my/support/ledger?{query}")


@tagged("post_install", "-at_install")
class TestStatementFilters(StatementPortalCommon):
    """What the client's list shows, and what it never does."""

    def setUp(self):
        super().setUp()
        self.login(self.anna)

    def test_by_pack(self):
        page = self.ledger(f"pack={self.early.id}")
        self.assertEqual(self.quantities(page), ["-60 min", "+60 min"])
        [note] = self.texts(page, "o_support_narrowed")
        self.assertIn("2 of 5 movements", note)

    def test_by_kind(self):
        page = self.ledger("kind=grant")
        self.assertEqual(self.quantities(page), ["+1,800 min", "+60 min"])

    def test_by_ticket_without_accents_or_capitals(self):
        for words in ("cafe", "CAFÉ MENU", self.ticket.number):
            page = self.ledger(f"search={words}")
            self.assertEqual(self.quantities(page), ["-45 min", "-60 min"], words)

    def test_a_search_finds_no_ticket_that_the_reader_may_not_open(self):
        self.ticket.message_unsubscribe(self.ticket.message_partner_ids.ids)
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET partner_id = %s WHERE id = %s",
            [self.rival.id, self.ticket.id],
        )
        self.env.invalidate_all()
        page = self.ledger("search=cafe")
        self.assertFalse(self.quantities(page))
        self.assertIn("No movement fits", self.text(page))

    def test_balances_stay_those_of_the_period(self):
        whole = self.ledger(MARCH)
        narrowed = self.ledger(f"{MARCH}&kind=grant")
        for css_class in ("o_support_opening", "o_support_closing"):
            self.assertEqual(
                self.texts(whole, css_class), self.texts(narrowed, css_class)
            )

    def test_usual_periods_keep_the_filters(self):
        page = self.ledger(f"kind=usage&search=cafe&pack={self.late.id}")
        [link] = page.xpath("//a[@data-preset='this_year']/@href")
        for part in ("kind=usage", "search=cafe", f"pack={self.late.id}", "date_from="):
            self.assertIn(part, link)
        page = self.page(link)
        [shown] = page.xpath("//a[@aria-current='true']/@data-preset")
        self.assertEqual(shown, "this_year")

    def test_pages_keep_the_filters(self):
        for _index in range(21):
            self.log(self.ticket, 1, datetime(2026, 4, 2, 9))
        page = self.ledger("kind=usage&search=cafe&date_from=2026-03-01")
        self.assertEqual(len(self.quantities(page)), 20)
        [link, *_rest] = page.xpath("//a[contains(@href, '/page/2')]/@href")
        for part in ("kind=usage", "search=cafe", "date_from=2026-03-01"):
            self.assertIn(part, link)
        self.assertEqual(len(self.quantities(self.page(link))), 3)

    def test_the_files_are_those_of_the_whole_period(self):
        page = self.ledger(f"{MARCH}&kind=grant&search=cafe&pack={self.late.id}")
        for css_class in ("o_support_download", "o_support_xlsx", "o_support_csv"):
            [link] = page.xpath(f"//a[contains(@class, '{css_class}')]/@href")
            self.assertIn(MARCH, link)
            for name in ("kind", "search", "pack"):
                self.assertNotIn(f"{name}=", link)

    def test_hostile_values_change_nothing_and_break_nothing(self):
        rival = self.make_account(self.rival)
        foreign = self.make_pack(60, account=rival, name="Secret pack")
        everything = self.quantities(self.ledger())
        for query in (
            f"pack={foreign.id}",
            "pack=0",
            "pack=-1",
            "pack=99999999999999999999",
            "pack=%00",
            "pack[]=1&pack[]=2",
            "kind=zzz",
            "kind=%00",
            "kind[]=grant",
            "search=%00",
            "search=",
            "page=abc",
            "page=-3",
            "page=%C2%B2",
            "date_from[]=2026-01-01",
            "csrf_token=x&_=1",
            "wanted=1&lines=2&filters=3",
        ):
            with self.subTest(query=query):
                page = self.ledger(query)
                self.assertEqual(self.quantities(page), everything)
                self.assertNotIn("Secret pack", self.text(page))

    def test_hostile_searches_find_nothing(self):
        for search in (
            "%25",
            "_",
            "%27;DROP",
            "x" * 5000,
            "%3Cscript%3E",
            "%F0%9F%98%80",
        ):
            with self.subTest(search=search[:20]):
                page = self.ledger(f"search={search}")
                self.assertFalse(self.quantities(page))
                self.assertFalse(page.xpath("//form//script"))

    def test_pages_far_away_are_the_last_one(self):
        for number in (-1, 0, 1, 99999, 10**30):
            response = self.get(f"/my/support/ledger/page/{number}")
            self.assertEqual(response.status_code, 200, number)
        for text in ("x", "1.5", "1e3"):
            with mute_logger("odoo.http"):
                response = self.get(f"/my/support/ledger/page/{text}")
            self.assertEqual(response.status_code, 404, text)


@tagged("post_install", "-at_install")
class TestStatementDownloads(StatementPortalCommon):
    """PDF, XLSX, CSV and page: one statement, the same numbers."""

    def download(self, file_format, query=MARCH):
        response = self.get(f"/my/support/ledger/{file_format}?{query}")
        self.assertEqual(response.status_code, 200)
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertIn(f".{file_format}", response.headers["Content-Disposition"])
        return response

    def read_page(self):
        page = self.ledger(MARCH)
        return {
            "opening": self.texts(page, "o_support_opening"),
            "closing": self.texts(page, "o_support_closing"),
            "movements": self.quantities(page)[::-1],
        }

    def read_xlsx(self):
        content = self.download("xlsx").content
        book = openpyxl.load_workbook(io.BytesIO(content))
        [sums] = [
            row
            for row in book["Balances"].iter_rows(values_only=True)
            if row[0] == self.client.name
        ]
        movements = list(book["Movements"].iter_rows(values_only=True))
        column = movements[0].index("Movement")
        return {
            "opening": sums[2],
            "closing": sums[5],
            "movements": [row[column] for row in movements[1:] if row[1]],
        }

    def read_csv(self):
        text = self.download("csv").content.decode("utf-8-sig")
        head, *rows = csv.reader(io.StringIO(text))
        kind = head.index("Type")
        by_kind = {row[kind]: row for row in rows}
        return {
            "opening": int(by_kind["Opening balance"][-1]),
            "closing": int(by_kind["Closing balance"][-1]),
            "movements": [int(row[-2]) for row in rows if row[-2]],
        }

    def test_page_pdf_xlsx_and_csv_show_the_same_numbers(self):
        self.login(self.andy)
        numbers = self.read_xlsx()
        self.assertEqual(numbers, self.read_csv())
        self.assertEqual(
            numbers, {"opening": 1860, "closing": 1730, "movements": [-60, -70]}
        )
        words = self.env["support.explanation"]
        shown = {
            "opening": [words.format_quantity(numbers["opening"], "minute")],
            "closing": [words.format_long(numbers["closing"], "minute")],
            "movements": [
                words.format_signed(number, "minute") for number in numbers["movements"]
            ],
        }
        self.assertEqual(self.read_page(), shown)
        # Odoo does not run the printing program in tests: this is what it would print.
        document = self.text(self.parse(self.download("pdf")))
        for text in (*shown["opening"], *shown["closing"], *shown["movements"]):
            self.assertIn(text, document)
        self.assertNotIn("1,685", document)

    def test_a_stranger_gets_no_file(self):
        for user in (self.rita, self.make_user("emp", "base.group_user")):
            self.login(user)
            for file_format in ("pdf", "xlsx", "csv"):
                for account in (self.account.id, 0, -1, 10**12, "x", "%00"):
                    response = self.get(
                        f"/my/support/ledger/{file_format}?account={account}"
                    )
                    self.assert_redirects(response, "/my/support")

    def test_a_visitor_is_asked_to_log_in(self):
        self.login(None)
        for file_format in ("pdf", "xlsx", "csv"):
            response = self.get(f"/my/support/ledger/{file_format}")
            self.assertIn("/web/login", response.headers["Location"])

    def test_wrong_dates_lead_back_to_the_page_that_says_so(self):
        self.login(self.anna)
        for file_format in ("pdf", "xlsx", "csv"):
            for query in (
                "date_from=0000-01-01",
                "date_from=99999-01-01",
                "date_to=%00",
                "date_from=2026-02-02&date_to=2026-02-01",
            ):
                response = self.get(f"/my/support/ledger/{file_format}?{query}")
                self.assertEqual(response.status_code, 303)
                self.assertIn("/my/support/ledger?", response.headers["Location"])

    def test_no_other_format(self):
        self.login(self.anna)
        with mute_logger("odoo.http"):
            for file_format in ("xls", "exe", "pdfx", "..%2Fcsv"):
                response = self.get(f"/my/support/ledger/{file_format}")
                self.assertEqual(response.status_code, 404)


@tagged("post_install", "-at_install")
class TestForecastPage(PortalCommon):
    """How long it lasts, what expires unused, and the months: on the overview."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account()
        cls.today = cls.company.support_local_date()

    def moment(self, days):
        day = self.today - timedelta(days=days)
        return datetime(day.year, day.month, day.day, 9)

    def overview(self):
        self.login(self.anna)
        return self.page("/my/support")

    def test_the_client_reads_how_long_it_lasts(self):
        pack = self.make_pack(1000, day=self.today - timedelta(days=345), name="Bono")
        pack.date_end = self.today + timedelta(days=20)
        self.log(self.make_ticket(self.anna.partner_id), 100, self.moment(9))
        page = self.overview()
        [text] = self.texts(page, "o_support_runway_text")
        self.assertIn("At the pace since the first use", text)
        [lost] = self.texts(page, "o_support_unused")
        self.assertIn("700 min of Bono would expire unused", lost)

    def test_without_use_nothing_is_foretold(self):
        self.make_pack(1000)
        page = self.overview()
        [text] = self.texts(page, "o_support_runway_text")
        self.assertIn("Nothing has been used yet", text)
        self.assertFalse(self.texts(page, "o_support_unused"))
        self.assertFalse(self.texts(page, "o_support_month"))

    def test_without_a_pack_there_is_no_forecast(self):
        self.assertFalse(self.texts(self.overview(), "o_support_runway"))

    def test_the_chart_has_the_last_12_months(self):
        self.make_pack(1800)
        ticket = self.make_ticket(self.anna.partner_id)
        self.log(ticket, 200, self.moment(0))
        # Last month, on its last day but one.
        before = self.moment(self.today.day + 1)
        self.log(self.make_ticket(self.anna.partner_id), 100, before)
        page = self.overview()
        months = page.xpath("//*[contains(@class, 'o_support_month')][self::li]")
        self.assertEqual(len(months), 12)
        bars = [month.get("style").split()[-1] for month in months]
        self.assertEqual(bars, ["0%"] * 10 + ["50%", "100%"])
        spoken = [
            " ".join(month.xpath("./span[1]")[0].text_content().split())
            for month in months
        ]
        self.assertTrue(spoken[-1].endswith(": 200 min"), spoken[-1])
        self.assertIn(str(self.today.year), spoken[-1])

    def test_months_are_those_of_the_company(self):
        """The last hour of a month in UTC is the next month in Madrid."""
        self.make_pack(1800)
        first = self.today.replace(day=1)
        late = datetime(first.year, first.month, 1) - timedelta(minutes=30)
        self.log(self.make_ticket(self.anna.partner_id), 90, late)
        chart = self.account.with_context(tz="America/Lima")._get_consumption_chart()
        self.assertEqual([month["quantity"] for month in chart], [0] * 11 + [90])

    def test_the_bar_of_a_pack_says_what_is_left(self):
        self.make_pack(1800)
        self.log(self.make_ticket(self.anna.partner_id), 90)
        [bar] = self.overview().xpath("//*[@role='progressbar']")
        self.assertEqual(bar.get("aria-valuenow"), "95")
        self.assertEqual(bar.get("aria-valuetext"), "1,710 min")

    def test_other_parts_find_their_places(self):
        self.make_pack(60)
        page = self.overview()
        for css_class in ("o_support_actions", "o_support_notices", "o_support_packs"):
            test = f"contains(concat(' ', @class, ' '), ' {css_class} ')"
            self.assertTrue(page.xpath(f"//*[{test}]"), css_class)
