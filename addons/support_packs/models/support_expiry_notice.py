from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .. import const
from ..engine import expiry

DEFAULT_DAYS = "60, 30, 7"


class SupportPolicy(models.Model):
    _inherit = "support.policy"

    expiry_notice_days = fields.Char(
        string="Notices of expiry",
        default=DEFAULT_DAYS,
        help="How many days before the end of a pack its client and salesperson are "
        "told, separated by commas. Empty: never.",
    )

    @api.constrains("expiry_notice_days")
    def _check_expiry_notice_days(self):
        for policy in self:
            try:
                expiry.parse_thresholds(policy.expiry_notice_days)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "Notices of expiry: “%(value)s” is not a number of days. Write "
                        "whole numbers from 0 to %(most)s, like 60, 30, 7.",
                        value=str(error)[:40],
                        most=expiry.MOST_NOTICE_DAYS,
                    )
                ) from error


class SupportExpiryNotice(models.Model):
    """That the end of a pack was announced: once for each threshold and each end.

    An extension or a restart moves the end, and with it the notices begin again.
    """

    _name = "support.expiry.notice"
    _description = "Support Expiry Notice"
    _order = "id desc"
    _rec_name = "pack_id"
    _allow_sudo_commands = False

    pack_id = fields.Many2one(
        "support.pack", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="pack_id.company_id", store=True)
    days = fields.Integer(
        string="Days before", required=True, readonly=True, aggregator=None
    )
    date_end = fields.Date(string="Announced end", required=True, readonly=True)
    date = fields.Datetime(string="Sent on", required=True, readonly=True)
    email = fields.Char(readonly=True, help="Empty: the client has no address.")

    _pack_unique = models.UniqueIndex(
        "(pack_id, days, date_end)", "This end of the pack was announced already."
    )


class SupportPack(models.Model):
    _inherit = "support.pack"

    notice_ids = fields.One2many(
        "support.expiry.notice", "pack_id", readonly=True, groups=const.HOLD_READERS
    )

    def _get_due_notice(self):
        """Return the threshold (days) whose notice is due today, or None."""
        self.ensure_one()
        if self.state != "active" or not self.balance or not self.date_end:
            return None
        sold_end = self.date_end
        if self.expiry_kind == "last_use":
            # Restarts do not make it a longer one.
            sold_end = expiry.add_months(self.date_start, self.expiry_months)
        return expiry.due_threshold(
            expiry.parse_thresholds(self.account_id.policy_id.expiry_notice_days),
            self._get_days_left(),
            (sold_end - self.date_start).days,
        )

    def _filter_to_announce(self):
        """Return the packs whose due notice was not sent for their present end."""
        due = {pack: pack._get_due_notice() for pack in self}
        packs = self.filtered(lambda pack: due[pack] is not None)
        notices = self.env["support.expiry.notice"].search(
            [("pack_id", "in", packs.ids)]
        )
        sent = {(n.pack_id.id, n.days, n.date_end) for n in notices}
        return packs.filtered(
            lambda pack: (pack.id, due[pack], pack.date_end) not in sent
        )


class SupportAccount(models.Model):
    _inherit = "support.account"

    @api.model
    def _cron_notify_expiry(self):
        """Tell clients and salespeople of packs that are about to expire."""
        accounts = self._search_expiring()
        runner = self.env["support.cron"]
        runner._begin(len(accounts))
        runner._run_each(accounts, "_notify_expiry")

    @api.model
    def _search_expiring(self):
        """Return the accounts with packs whose end may have to be announced."""
        policies = self.env["support.policy"].with_context(active_test=False)
        domains = []
        for policy in policies.search([("expiry_notice_days", "!=", False)]):
            days = expiry.parse_thresholds(policy.expiry_notice_days)
            if not days:
                continue
            today = policy.company_id.support_local_date()
            domains.append(
                Domain("account_id.policy_id", "=", policy.id)
                & Domain("date_end", ">=", today)
                & Domain("date_end", "<=", fields.Date.add(today, days=days[0]))
            )
        stopping = self.env["support.hold"]._get_stopping_domain()
        packs = self.env["support.pack"].search(
            Domain("state", "=", "active")
            & Domain("balance", ">", 0)
            # The clock stands: the end moves every day.
            & Domain("account_id.hold_ids", "not any", stopping)
            & Domain.OR(domains)
        )
        return packs._filter_to_announce().account_id

    def _notify_expiry(self):
        """Announce what is due on the account: one mail, whatever expires."""
        self.ensure_one()
        if self._is_clock_stopped():
            return
        packs = self.pack_ids._filter_to_announce()
        if not packs:
            return
        email = self.partner_id.email or False
        if email:
            template = self.env.ref("support_packs.mail_template_expiry_notice")
            template.send_mail(
                self.id,
                force_send=False,
                email_layout_xmlid="mail.mail_notification_light",
            )
        self._tell_salesperson(packs, email)
        self._note_announced(packs, email)

    @api.model
    def _note_announced(self, packs, email):
        """Note that the end of these packs was announced."""
        self.env["support.expiry.notice"].create(
            [
                {
                    "pack_id": pack.id,
                    "days": pack._get_due_notice(),
                    "date_end": pack.date_end,
                    "date": fields.Datetime.now(),
                    "email": email,
                }
                for pack in packs
            ]
        )

    def _tell_salesperson(self, packs, email):
        """Leave an internal note in the salesperson's language."""
        user = self.partner_id.user_id
        account = self.with_context(lang=user.lang or self.env.lang)
        account._post_note(account._describe_expiring(packs), email)

    def _describe_expiring(self, packs):
        """Return a line for each pack, in the language of the environment."""
        words = self.env["support.explanation"]
        return [
            self.env._(
                "%(pack)s %(expiry)s: %(balance)s left.",
                pack=pack.name,
                expiry=words.explain_expiry(pack),
                balance=words.format_long(pack.balance, pack.unit),
            )
            for pack in packs
        ]

    def _post_note(self, lines, email):
        """Post an internal note of these lines, which the salesperson is notified of.

        :param email: where the client is told, or False
        """
        self.ensure_one()
        if email:
            told = self.env._("The client is told by e-mail: %s", email)
        elif not self.partner_id.email:
            told = self.env._("The client was not told: it has no e-mail address.")
        else:
            told = self.env._(
                "The client was not told: the e-mail could not be made. The server's "
                "log says why."
            )
        self.message_post(
            body=Markup("<br/>").join([*lines, told]),
            subtype_xmlid="mail.mt_note",
            partner_ids=self.partner_id.user_id.partner_id.ids,
            force_send=False,
        )

    def _get_notice_packs(self):
        """Return the packs that a notice of expiry is about, soonest first.

        The mail is rendered before it is noted as sent, so what is due is what it is
        about. In a preview of the template, when nothing is: all that have an end.
        """
        self.ensure_one()
        packs = self.pack_ids._filter_to_announce() or self.pack_ids.filtered(
            lambda pack: pack.state == "active" and pack.date_end
        )
        return packs.sorted("date_end")

    def _get_notice_day(self):
        """Return the soonest end of a notice, in the words of the reader."""
        packs = self._get_notice_packs()[:1]
        return (
            self.env["support.explanation"].format_day(packs.date_end) if packs else ""
        )
