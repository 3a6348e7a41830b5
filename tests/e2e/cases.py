"""What the browser tests of disputes and refunds begin with: a client with a pack."""

from test_slice import create_client


def allow_cases(admin):
    """Let the policies of the demo know disputes and refunds."""
    policies = admin("support.policy", "search", [("unit", "=", "minute")])
    values = {"allow_disputes": True, "refund_days": 15}
    admin("support.policy", "write", policies, values)


def sell_pack(admin, words):
    """Make the client and sell it a paid pack; return ids by name."""
    create_client(admin, words)
    [client] = admin(
        "res.partner",
        "search_read",
        [("name", "=", words["client"])],
        ["child_ids"],
    )
    [company] = admin("res.company", "search", [("name", "=", "Taller Web Norte")])
    context = {"context": {"allowed_company_ids": [company]}}
    [product] = admin(
        "product.product",
        "search",
        [("support_is_pack", "=", True), ("name", "=", "Bono 30 h")],
        limit=1,
        **context,
    )
    order = admin(
        "sale.order",
        "create",
        {
            "partner_id": client["id"],
            "company_id": company,
            "order_line": [(0, 0, {"product_id": product})],
        },
        **context,
    )
    admin("sale.order", "action_confirm", [order], **context)
    wizard = admin(
        "sale.advance.payment.inv",
        "create",
        {"sale_order_ids": [(6, 0, [order])]},
        **context,
    )
    admin("sale.advance.payment.inv", "create_invoices", [wizard], **context)
    [sold] = admin("sale.order", "read", [order], ["invoice_ids"], **context)
    admin("account.move", "action_post", sold["invoice_ids"], **context)
    active = {**context["context"], "active_model": "account.move"}
    active["active_ids"] = sold["invoice_ids"]
    payment = admin("account.payment.register", "create", {}, context=active)
    admin(
        "account.payment.register", "action_create_payments", [payment], context=active
    )
    [pack] = admin(
        "support.pack", "search_read", [("order_id", "=", order)], ["name", "state"]
    )
    assert pack["state"] == "active"
    return {
        "order": order,
        "pack": pack["id"],
        "pack name": pack["name"],
        "contact id": client["child_ids"][0],
        "company": company,
    }


def log_work(admin, words, made, minutes):
    """Open a ticket of the client with one work entry; return the ticket."""
    team = admin(
        "helpdesk.ticket.team", "search", [("company_id", "=", made["company"])]
    )[0]
    ticket = admin(
        "helpdesk.ticket",
        "create",
        {
            "name": words["subject"],
            "description": words["subject"],
            "partner_id": made["contact id"],
            "company_id": made["company"],
            "team_id": team,
        },
    )
    admin(
        "support.work",
        "create",
        {"ticket_id": ticket, "minutes": minutes, "name": words["work"]},
    )
    return ticket
