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
        "security/support_urgency_rules.xml",
        "security/support_oncall_rules.xml",
        "data/oncall_data.xml",
        "views/support_priority_views.xml",
        "views/support_oncall_shift_views.xml",
        "views/helpdesk_ticket_oncall_views.xml",
        "wizards/support_oncall_views.xml",
        "views/support_oncall_menus.xml",
    ],
    "installable": True,
}
