{
    "name": "Support Packs",
    "summary": "Prepaid support: packs of hours, credits or tickets, an append-only "
    "ledger, and a client who sees why",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Helpdesk",
    "author": "Support Packs contributors",
    "license": "AGPL-3",
    "depends": ["helpdesk_mgmt", "sale", "helpdesk_mgmt_sale"],
    "data": [
        "security/ir.model.access.csv",
        "security/support_packs_rules.xml",
        "data/ir_sequence.xml",
        "data/ir_cron.xml",
        "report/support_statement_report.xml",
        "views/portal_templates.xml",
        "views/portal_ticket_templates.xml",
    ],
    "assets": {
        "web.assets_frontend": [
            "support_packs/static/src/scss/portal.scss",
        ],
    },
    "demo": ["demo/support_packs_demo.xml"],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "installable": True,
}
