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
        "views/support_priority_views.xml",
        "views/product_perk_views.xml",
        "views/sale_order_perk_views.xml",
        "views/visit_views.xml",
        "views/portal_perk_templates.xml",
    ],
    "installable": True,
}
