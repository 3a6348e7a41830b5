from odoo import models


class SupportExplanation(models.AbstractModel):
    _inherit = "support.explanation"

    def _explain_reprioritised(self, values, unit):
        codes = self.env["support.priority"]._get_table()
        names = {
            name: codes.get(values[name], {}).get("code", "") for name in ("old", "new")
        }
        return self.env._("priority changed from %(old)s to %(new)s", **names)
