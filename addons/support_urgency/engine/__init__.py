# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Rules of urgency, quotas and targets: plain Python, no Odoo."""
