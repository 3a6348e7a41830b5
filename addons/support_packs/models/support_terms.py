import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

# What somebody accepted stays as it was when they read it.
FIXED_FIELDS = {"name", "version", "body", "date", "company_id", "origin_id"}


class SupportTerms(models.Model):
    """One version of the conditions under which support is sold.

    A version that was accepted never changes; a new one is made from it. Of all
    versions of the same conditions, the newest whose date has come is in force.
    """

    _name = "support.terms"
    _description = "Support Terms"
    _order = "name, version desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    version = fields.Integer(
        required=True, readonly=True, default=1, copy=False, aggregator=None
    )
    body = fields.Html(string="Text", translate=True)
    date = fields.Date(
        string="In force since",
        default=lambda self: self.env.company.support_local_date(),
        copy=False,
        help="From this day on clients are shown this version. Empty: a draft.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    origin_id = fields.Many2one(
        "support.terms",
        string="First version",
        readonly=True,
        index=True,
        ondelete="cascade",
        help="What makes versions the same conditions.",
    )
    is_accepted = fields.Boolean(
        string="Was accepted",
        readonly=True,
        copy=False,
        help="Somebody accepted this version, so it does not change any more.",
    )
    is_current = fields.Boolean(string="In force", compute="_compute_is_current")
    acceptance_ids = fields.One2many(
        "support.terms.acceptance",
        "terms_id",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own,account.group_account_invoice,"
        "sales_team.group_sale_salesman",
    )
    acceptance_count = fields.Integer(compute="_compute_acceptance_count")

    _version_unique = models.UniqueIndex(
        "(origin_id, version)", "These conditions have this version already."
    )

    @api.depends("name", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for terms in self:
            terms.display_name = self.env._(
                "%(name)s, version %(version)s",
                name=terms.name or "",
                version=terms.version,
            )

    @api.depends("date", "version", "origin_id")
    def _compute_is_current(self):
        current = self._get_current()
        for terms in self:
            terms.is_current = terms._origin in current

    def _compute_acceptance_count(self):
        # sudo: how many there are is no secret from who reads the terms.
        rows = (
            self.env["support.terms.acceptance"]
            .sudo()
            ._read_group([("terms_id", "in", self.ids)], ["terms_id"], ["__count"])
        )
        counts = {terms.id: count for terms, count in rows}
        for terms in self:
            terms.acceptance_count = counts.get(terms.id, 0)

    # === CONSTRAINTS AND CRUD METHODS === #

    @api.constrains("date", "version", "origin_id")
    def _check_date(self):
        """A newer version is not in force before an older one."""
        for terms in self.filtered("date"):
            for other in terms._get_versions().filtered("date"):
                if (other.version - terms.version) * (other.date - terms.date).days < 0:
                    raise ValidationError(
                        self.env._(
                            "In force since: version %(version)s is in force since "
                            "%(date)s.",
                            version=other.version,
                            date=other.date,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        """Who may write terms begins a new text; versions have a button."""
        if not self.env.su:
            own = {"version": 1, "origin_id": False, "is_accepted": False}
            vals_list = [{**vals, **own} for vals in vals_list]
        all_terms = super().create(vals_list)
        for terms in all_terms.filtered(lambda terms: not terms.origin_id):
            super(SupportTerms, terms).write(  # pylint: disable=super-method-mismatch
                {"origin_id": terms.id}
            )
        return all_terms

    def write(self, vals):
        if FIXED_FIELDS & vals.keys():
            self._check_not_accepted()
        if not self.env.su and {"version", "origin_id", "is_accepted"} & vals.keys():
            raise UserError(self.env._("Version: use the button New version instead."))
        return super().write(vals)

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        # Core writes translations past write().
        if field_name in FIXED_FIELDS:
            self._check_not_accepted()
        return super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )

    def _check_not_accepted(self):
        for terms in self:
            if terms.is_accepted:
                raise UserError(
                    self.env._(
                        "“%(terms)s” was accepted by clients and does not change any "
                        "more. Make a new version instead.",
                        terms=terms.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_needed(self):
        self._check_not_accepted()
        for terms in self:
            later = terms._get_versions().filtered(
                lambda other, terms=terms: other.version > terms.version
            )
            if later - self:
                raise UserError(
                    self.env._(
                        "“%(terms)s” has a later version. Delete that one first.",
                        terms=terms.display_name,
                    )
                )

    # === ACTION METHODS === #

    def action_new_version(self):
        """Open the draft of the next version; make it if there is none."""
        self.ensure_one()
        self.check_access("write")
        newest = self._get_versions()[:1]
        if newest.date:
            # sudo: create() keeps version and origin from everybody.
            newest = newest.sudo().copy(
                {
                    "name": newest.name,
                    "version": newest.version + 1,
                    "date": False,
                    "origin_id": newest.origin_id.id,
                }
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": newest.id,
            "views": [(False, "form")],
        }

    def action_put_in_force(self):
        """From today on clients are shown this version."""
        self.check_access("write")
        for terms in self.filtered(lambda terms: not terms.date):
            terms.date = terms.company_id.support_local_date()
        return True

    def action_view_acceptances(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "support_packs.support_terms_acceptance_action"
        )
        action["domain"] = [("terms_id", "=", self.id)]
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    def _get_versions(self):
        """Return all versions of these conditions, newest first."""
        return self.search(
            [("origin_id", "in", self.origin_id.ids)], order="version desc, id desc"
        )

    def _get_current(self):
        """Return the versions in force today of these conditions, one each.

        Nothing where none is in force yet.
        """
        found = self.browse()
        for terms in self._get_versions():
            today = terms.company_id.support_local_date()
            is_in_force = terms.date and terms.date <= today
            if is_in_force and terms.origin_id not in found.origin_id:
                found |= terms
        return found

    def _get_stamp(self):
        """Return what stands for exactly this text, in all its languages (string).

        A form carries it from the page where the client reads to the button that
        accepts: what was changed between the two is noticed.
        """
        self.ensure_one()
        texts = self._fields["body"]._get_stored_translations(self) or {}
        content = json.dumps([self.version, texts], sort_keys=True)
        digest = hashlib.sha256(content.encode()).hexdigest()
        return f"{self.id}-{digest[:20]}"

    def _get_stamps(self):
        """Return the stamps of several texts as one (string), in no order of chance."""
        return ".".join(terms._get_stamp() for terms in self.sorted("id"))

    def _mark_accepted(self):
        """From now on the text stays.

        One UPDATE of the row: who edits the text at the same moment, or accepts it, is
        retried and sees what the other did.
        """
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE support_terms SET is_accepted = TRUE "
                "WHERE id IN %s AND is_accepted IS NOT TRUE",
                tuple(self.ids),
            )
        )
        self.invalidate_recordset(["is_accepted"])


class SupportPolicy(models.Model):
    _inherit = "support.policy"

    terms_id = fields.Many2one(
        "support.terms",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The conditions that clients accept when they buy. Of all their versions "
        "the one in force counts, whichever is chosen here.",
    )

    def _get_terms(self):
        """Return the versions in force of the terms of these policies (sudo)."""
        # sudo: clients read the page, not the models.
        return self.sudo().terms_id._get_current()
