{
    "name": "Support Planning: Timeline",
    "summary": "The planned work of support plans as a timeline by technician",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Helpdesk",
    "author": "Support Packs contributors",
    "license": "AGPL-3",
    "depends": ["support_planning", "web_timeline"],
    "data": ["views/support_plan_line_views.xml"],
    "auto_install": True,
    "installable": True,
}
