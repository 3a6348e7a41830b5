from odoo import api, fields, models
from odoo.exceptions import ValidationError

# More is a slip of the keyboard.
MOST_VISITS = 31
# In which language a text is there when it is in no other.
SOURCE_LANG = "en_US"


class ProductTemplate(models.Model):
    """What a pack brings besides its units, and what its discount is for [004]."""

    _inherit = "product.template"

    support_catalogue_service = fields.Boolean(
        string="Catalogue service",
        help="Clients with a support policy in force get its discount on this service.",
    )
    support_service_discount = fields.Integer(
        string="Discount on catalogue services (%)",
        help="On quotations, while the policy is in force: from its activation to its "
        "last day. 0: none.",
    )
    support_visits_per_month = fields.Integer(
        string="Visits a month",
        help="Visits on the premises of local clients that the policy includes. "
        "0: none.",
    )
    support_perks = fields.Text(
        string="Other perks",
        translate=True,
        help="What else the policy brings, one to a line, in the client's words.",
    )

    @api.constrains(
        "support_is_pack",
        "support_catalogue_service",
        "support_service_discount",
        "support_visits_per_month",
    )
    def _check_support_perks(self):
        for product in self:
            if product.support_is_pack and product.support_catalogue_service:
                raise ValidationError(
                    self.env._(
                        "Catalogue service: “%(product)s” is a support pack. The "
                        "discount of a policy is for other services.",
                        product=product.name,
                    )
                )
            if not 0 <= product.support_service_discount <= 100:
                raise ValidationError(
                    self.env._("Discount on catalogue services (%): from 0 to 100.")
                )
            if not 0 <= product.support_visits_per_month <= MOST_VISITS:
                raise ValidationError(
                    self.env._("Visits a month: from 0 to %(most)s.", most=MOST_VISITS)
                )

    def _get_support_perk_lines(self):
        """Return what the pack would bring, as sentences in the reader's language."""
        self.ensure_one()
        return self.env["support.pack"]._explain_perks(
            self.support_service_discount,
            self.support_visits_per_month,
            self.support_perks,
        )

    def _prepare_support_perks(self):
        """Return the perks as a pack keeps them: the words in all languages."""
        self.ensure_one()
        words = self._fields["support_perks"]._get_stored_translations(self) or {}
        return {
            "service_discount": self.support_service_discount,
            "visits_per_month": self.support_visits_per_month,
            "perks": {lang: text for lang, text in words.items() if text} or False,
        }
