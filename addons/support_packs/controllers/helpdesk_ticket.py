from odoo import http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController

MAX_SUBJECT = 200
MAX_DESCRIPTION = 20000
MAX_ID_DIGITS = 10


class SupportHelpdeskTicketController(HelpdeskTicketController):
    # === CLOSING === #

    @http.route(methods=["POST"])
    def support_ticket_close(self, ticket_id=None, stage_id=None, **kw):
        """Close a ticket of the reader's company, to a stage that its page offers."""
        ticket = self._find_ticket(ticket_id)
        if not ticket:
            return request.redirect("/my", code=302)
        stage = ticket._get_portal_closing_stages().filtered(
            lambda stage: str(stage.id) == stage_id
        )
        if stage:
            # sudo: clients may not write tickets; this one may close this one.
            ticket.sudo().stage_id = stage
        return request.redirect(f"/my/ticket/{ticket.id}", code=302)

    @http.route(
        "/my/ticket/<string:ticket_id>/support/decide",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def support_decide(self, ticket_id, choice=None, **kw):
        """Let the client say what becomes of work that no pack covers."""
        ticket = self._find_ticket(ticket_id)
        if not ticket:
            return request.redirect("/my", code=302)
        ticket._decide_support_as_client(choice)
        return request.redirect(f"/my/ticket/{ticket.id}#support", code=302)

    def _find_ticket(self, ticket_id):
        """Return the ticket, as the reader, if the reader may read it; else none.

        :param ticket_id: what the request says, anything
        """
        tickets = request.env["helpdesk.ticket"]
        # Longer numbers are no ids, and Python refuses to read very long ones.
        if not isinstance(ticket_id, str) or not ticket_id.isdecimal():
            return tickets
        if len(ticket_id) > MAX_ID_DIGITS:
            return tickets
        return tickets.search([("id", "=", int(ticket_id))])

    # === OPENING === #

    def _get_create_new_ticket_values(self, **kw):
        values = super()._get_create_new_ticket_values(**kw)
        return {
            **values,
            "errors": {},
            "typed": {},
            "has_files": False,
            "max_subject": MAX_SUBJECT,
            "max_description": MAX_DESCRIPTION,
        }

    @http.route(methods=["POST"])
    def submit_ticket(self, **kw):
        """Open a ticket, or show the form again with what was typed and what is wrong.

        Only what the form asks for is passed on: the priority, for one, is not the
        client's to set.
        """
        typed = self._clean_submit_values(kw)
        errors = self._check_submit_values(typed)
        if errors:
            values = self._get_create_new_ticket_values()
            values.update(
                errors=errors, typed=typed, has_files=bool(kw.get("attachment"))
            )
            return request.render("helpdesk_mgmt.portal_create_ticket", values)
        return super().submit_ticket(**typed, attachment=kw.get("attachment"))

    def _get_submit_keys(self):
        """Return the names of the fields of the form; add-ons extend it."""
        return {"subject", "description", "category", "team"}

    def _clean_submit_values(self, kw):
        """Return the known fields as text, without what no database stores."""
        return {
            key: self._clean_text(kw[key]) for key in self._get_submit_keys() & set(kw)
        }

    def _clean_text(self, value):
        # A file sent under the name of a text is not a text.
        return value.replace("\x00", "").strip() if isinstance(value, str) else ""

    def _check_submit_values(self, typed):
        """Return what is wrong: ``{field: sentence that names it}``."""
        errors = {
            "subject": self._check_text(
                typed.get("subject"), request.env._("Subject"), MAX_SUBJECT
            ),
            "description": self._check_text(
                typed.get("description"), request.env._("Description"), MAX_DESCRIPTION
            ),
            "category": self._check_category(typed),
            "team": self._check_team(typed),
        }
        return {field: error for field, error in errors.items() if error}

    def _check_text(self, value, label, limit):
        if not value:
            return request.env._("%(field)s: please fill it in.", field=label)
        if len(value) > limit:
            return request.env._(
                "%(field)s: at most %(limit)s characters; these are %(length)s.",
                field=label,
                limit=limit,
                length=len(value),
            )
        return None

    def _check_category(self, typed):
        return self._check_choice(
            typed,
            "category",
            request.env._("Category"),
            self._get_categories(),
            request.env.company.helpdesk_mgmt_portal_category_id_required,
        )

    def _check_team(self, typed):
        return self._check_choice(
            typed,
            "team",
            request.env._("Team"),
            self._get_teams(),
            request.env.company.helpdesk_mgmt_portal_team_id_required,
        )

    def _check_choice(self, typed, key, label, offered, required):
        """Check a choice against what the form offers; drop it where it offers none."""
        if not offered:
            typed.pop(key, None)
            return None
        value = typed.get(key)
        if not value and required:
            return request.env._("%(field)s: please choose one.", field=label)
        if value and value not in {str(record.id) for record in offered}:
            typed.pop(key)
            return request.env._(
                "%(field)s: please choose one of the list.", field=label
            )
        return None
