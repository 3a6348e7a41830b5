from datetime import timedelta

from odoo import api, fields, models, tools

from ..engine.opening import Hours, Slot


class ResourceCalendar(models.Model):
    """The opening hours of a team, as targets read them: without a query."""

    _inherit = "resource.calendar"

    @api.private
    def get_support_hours(self, company):
        """Return the opening hours in plain values.

        Without a calendar, or with one that has no fixed hours, the team is always
        there. Holidays of the whole calendar count, absences of one person do not.

        :param company: res.company, whose holidays count and whose support time zone
            holds where there is no calendar
        :return: engine.opening.Hours
        """
        if not self:
            return Hours(company.support_tz)
        self.ensure_one()
        return self._get_cached_support_hours(company.id)

    @tools.ormcache("self.id", "company_id")
    def _get_cached_support_hours(self, company_id):
        # sudo: opening hours are told to everybody.
        calendar = self.sudo()
        return Hours(
            calendar.tz,
            calendar._get_support_slots(),
            calendar._get_support_closures(company_id),
        )

    def _get_support_slots(self):
        """Return the slots of the week; ``None`` when the hours are not fixed."""
        attendances = self._get_global_attendances()
        if self.flexible_hours or not attendances:
            return None
        return tuple(
            Slot(
                int(attendance.dayofweek),
                round(attendance.hour_from * 60),
                round(attendance.hour_to * 60),
                int(attendance.week_type) if self.two_weeks_calendar else None,
            )
            for attendance in attendances
            if attendance.hour_to > attendance.hour_from
        )

    def _get_support_closures(self, company_id):
        leaves = self.env["resource.calendar.leaves"].search(
            [
                ("calendar_id", "in", (False, self.id)),
                ("company_id", "in", (False, company_id)),
                ("resource_id", "=", False),
                ("time_type", "=", "leave"),
            ]
        )
        # A day off ends at 23:59:59: without the last second it would be a working day.
        return tuple(
            (
                leave.date_from,
                leave.date_to + timedelta(seconds=leave.date_to.second == 59),
            )
            for leave in leaves
        )

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()


class ResourceCalendarLeaves(models.Model):
    """Absences of one person come often, and concern no team's hours."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._clear_support_hours()
        return leaves

    def write(self, vals):
        self._clear_support_hours()
        res = super().write(vals)
        self._clear_support_hours()
        return res

    def unlink(self):
        self._clear_support_hours()
        return super().unlink()

    def _clear_support_hours(self):
        if any(not leave.resource_id for leave in self.sudo()):
            self.env.registry.clear_cache()


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    support_hours_warning = fields.Char(
        compute="_compute_support_hours_warning", groups="base.group_user"
    )

    @api.depends("resource_calendar_id.tz", "company_id.support_tz")
    def _compute_support_hours_warning(self):
        for team in self:
            team.support_hours_warning = team._explain_hours()

    def _explain_hours(self):
        """Say what is odd about the opening hours, or nothing."""
        calendar, company = self.resource_calendar_id, self.company_id
        if calendar and company and calendar.tz != company.support_tz:
            return self.env._(
                "These hours are in the time zone %(calendar)s, and support is in "
                "%(company)s.",
                calendar=calendar.tz,
                company=company.support_tz,
            )
        return False
