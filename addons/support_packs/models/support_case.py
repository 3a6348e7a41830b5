from odoo import models
from odoo.tools import SQL

ACTIVITY = "mail.mail_activity_data_todo"
# What a client writes: longer texts belong in a message on the ticket.
MOST_TEXT = 2000


def clean_text(value):
    """Return what somebody typed, without what no database stores; "" for no text."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""


def take_row(record):
    """Write the row of one record before reading what a decision depends on.

    Of two transactions that decide at once, the second fails to serialize, is retried
    by Odoo, and sees what the first did.
    """
    record.ensure_one()
    record.env.flush_all()
    record.env.cr.execute(
        SQL(
            "UPDATE %(table)s SET write_date = write_date WHERE id = %(id)s",
            table=SQL.identifier(record._table),
            id=record.id,
        )
    )


class SupportCase(models.AbstractModel):
    """What disputes and refunds share: something a client asks for and people decide.

    Each step is told to the client by mail, to who decides by an activity, and to
    everybody by a note. Mails are queued: nothing that is decided waits for them.
    """

    _name = "support.case"
    _description = "Support Case"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    # Nobody writes cases but their verbs; who reads them may talk about them.
    _mail_post_access = "read"

    def _get_mail_partner(self):
        """Return the contact who is told."""
        self.ensure_one()
        client = self.account_id.partner_id
        contact = self.partner_id
        # Who asked may have changed employer since, or be one of us.
        is_theirs = contact.commercial_partner_id == client
        return contact if is_theirs and contact.email else client

    def _mail_client(self, template):
        """Queue the mail that says how the case stands now.

        :param template: name of a mail template of ours, of this model
        """
        self.ensure_one()
        if not self._get_mail_partner().email:
            self._note(self.env._("The client was not told: it has no e-mail address."))
            return
        # sudo: who decides may not read templates. One that is broken stops nobody.
        self.account_id.sudo()._queue_mail(template, self)

    def _note(self, body, partners=None):
        """Leave an internal note; it is the present user's, whoever that is."""
        self.ensure_one()
        self.message_post(
            body=body,
            author_id=self.env.user.partner_id.id,
            subtype_xmlid="mail.mt_note",
            partner_ids=partners.ids if partners else [],
            force_send=False,
        )

    def _plan_activity(self, user, record, explain):
        """Plan something to do for somebody, in their language.

        :param record: whom or what it is about; the case itself, mostly
        :param explain: name of a method that returns the summary
        """
        if not user:
            return
        words = self.with_context(lang=user.lang)
        record.with_context(lang=user.lang).activity_schedule(
            ACTIVITY, summary=getattr(words, explain)(), user_id=user.id
        )

    def _end_activities(self):
        """What there was to do is done."""
        self.activity_ids.unlink()

    def _find_user(self, group):
        """Return the first employee of a group in the case's company, or none."""
        self.ensure_one()
        return (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", self.env.ref(group).ids),
                    ("company_ids", "in", self.company_id.ids),
                    ("share", "=", False),
                ],
                order="id",
                limit=1,
            )
        )
