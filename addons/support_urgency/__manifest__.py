{
    "name": "Support Urgency",
    "summary": "Priorities with quotas, urgency by the client's consent, on-call duty "
    "and response targets",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Helpdesk",
    "author": "Support Packs contributors",
    "license": "AGPL-3",
    "depends": ["support_packs", "helpdesk_mgmt_sla"],
    "data": [
        "security/ir.model.access.csv",
        "security/support_priority_rules.xml",
        "security/support_quota_rules.xml",
        "views/support_priority_views.xml",
        "views/helpdesk_ticket_priority_views.xml",
        "views/support_quota_views.xml",
        "views/quota_templates.xml",
        "views/portal_priority_templates.xml",
    ],
    "installable": True,
}
