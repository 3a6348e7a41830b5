"""The planned work has a timeline, and is otherwise opened as before."""

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestTimeline(TransactionCase):
    def test_the_timeline_is_one_of_the_views(self):
        action = self.env.ref("support_planning.support_plan_line_action")
        modes = [mode for _view, mode in action.views]
        self.assertEqual(modes, ["calendar", "timeline", "kanban", "list", "form"])

    def test_what_it_shows_is_there(self):
        lines = self.env["support.plan.line"]
        view = lines.get_view(view_type="timeline")
        self.assertEqual(
            view["id"],
            self.env.ref(
                "support_planning_timeline.support_plan_line_view_timeline"
            ).id,
        )
        for name in ("date_start", "date_end", "user_id", "plan_state", "minutes"):
            self.assertIn(name, lines._fields)
            self.assertIn(name, view["arch"])

    def test_without_it_the_action_is_as_before(self):
        action = self.env.ref("support_planning.support_plan_line_action")
        views = self.env["ir.actions.act_window.view"]
        own = self.env["ir.model.data"].search(
            [
                ("module", "=", "support_planning_timeline"),
                ("model", "=", views._name),
            ]
        )
        views.browse(own.mapped("res_id")).unlink()
        modes = [mode for _view, mode in action.views]
        self.assertEqual(modes, ["calendar", "kanban", "list", "form"])
