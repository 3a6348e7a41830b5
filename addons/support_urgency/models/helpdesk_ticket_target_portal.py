from odoo import models

CSS = {
    "met": "text-success",
    "paused": "text-muted",
    "late": "text-danger",
    "missed": "text-danger",
}


class HelpdeskTicket(models.Model):
    """What a client reads about the targets of a ticket."""

    _inherit = "helpdesk.ticket"

    def _get_support_portal_values(self):
        """Add the targets, for who reads the charge: the company that pays.

        :return: as before, with ``targets``: dicts ``name``, ``promise``, ``text`` and
            ``css`` (a class for the text), and ``target_zone``
        """
        values = super()._get_support_portal_values()
        if values:
            # sudo: targets are not for clients; these lines are.
            ticket = self.sudo()
            targets = ticket.support_target_ids.sorted(lambda one: one.kind, True)
            values["targets"] = [
                line for target in targets if (line := target._get_client_line())
            ]
            values["target_zone"] = ticket.company_id.support_tz.replace("_", " ")
        return values


class SupportTarget(models.Model):
    _inherit = "support.target"

    def _get_client_line(self):
        """Return what the client is told of a target; None when nobody pursues it."""
        self.ensure_one()
        if self.state == "stopped":
            return None
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return {
            "name": kinds[self.kind],
            "promise": self._explain_promise(),
            "text": self._explain_to_client(),
            "css": CSS.get(self.state, ""),
        }

    def _explain_to_client(self):
        """Say when it is due or was reached, in the company's support time zone."""
        words = self.env["support.explanation"]
        due = self.due and words.format_moment(self.due, self.company_id)
        if self.state == "paused" and not self.started_at:
            return self.env._("It begins when we open.")
        if self.state == "paused":
            return self.env._("The time stands still while we wait for your answer.")
        if self.state == "running":
            return self.env._("By %(due)s at the latest.", due=due)
        if self.state == "late":
            return self.env._("It was due on %(due)s: we are late.", due=due)
        if not self.reached_at:
            return self.env._("It was due on %(due)s, and was not kept.", due=due)
        reached = words.format_moment(self.reached_at, self.company_id)
        if self.state == "missed":
            return self.env._(
                "On %(reached)s, later than %(due)s.", reached=reached, due=due
            )
        return self.env._("On %(reached)s, in time.", reached=reached)
