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
    ],
    "installable": True,
}
