"""The last visit of a month, given to two tickets at once: on real connections."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.support_packs.tests import test_concurrency


# Of the base only the helpers: Odoo runs the tests of a class, not inherited ones.
@tagged("post_install", "-at_install")
class TestVisitConcurrency(test_concurrency.TestConcurrency):
    def prepare(self, env):
        self.make_ticket(env)
        self.make_pack(env, 60).visits_per_month = 1
        company = env.ref("base.main_company")
        self.get(env, "res.partner").with_company(company).support_is_local = True

    def visit(self, number):
        """Return a function that solves one of the committed tickets on site."""

        def visit(env):
            self.get(env, "helpdesk.ticket")[number].support_on_site = True

        return visit

    def test_the_last_visit_is_given_once(self):
        self.commit(self.prepare)
        with self.assertRaisesRegex(ValidationError, "includes 1 a month"):
            self.run_at_once(self.visit(0), self.visit(1))
        given = self.commit(
            lambda env: self.get(env, "helpdesk.ticket").mapped("support_on_site")
        )
        self.assertEqual(sorted(given), [False, True])
