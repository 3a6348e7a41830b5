from odoo import models


class SupportDemo(models.AbstractModel):
    _name = "support.demo"
    _description = "Support Demo Data"
