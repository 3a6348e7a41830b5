{
    "name": "Support Planning",
    "summary": "Estimates that clients accept, the queue of accepted work, and the "
    "weekly plan",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Helpdesk",
    "author": "Support Packs contributors",
    "license": "AGPL-3",
    "depends": ["support_packs", "helpdesk_mgmt_sla", "resource"],
    "data": [
        "security/ir.model.access.csv",
        "security/support_estimate_rules.xml",
        "data/mail_template_estimate.xml",
        "data/ir_cron_estimate.xml",
        "views/support_estimate_views.xml",
        "views/helpdesk_ticket_estimate_views.xml",
        "views/support_estimate_report_views.xml",
        "views/portal_estimate_templates.xml",
    ],
    "installable": True,
}
