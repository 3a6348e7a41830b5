"""What `test_lifecycle` does inside Odoo, a verb at a time, each in a process.

Usage: lifecycle.py VERB FILE ODOO_OPTIONS...

- ``populate FILE``: make the tickets, orders and invoices of an agency
- ``remember FILE``: write down what is in every table, by columns and ids
- ``compare FILE``: print what of that is no longer so
- ``sell FILE``: sell and use a pack, quote and plan work; write down what is there then
- ``audit FILE``: print what of that is no longer so, or does not add up
- ``uninstall FILE``: uninstall the suite; print what it leaves behind

A verb that prints nothing found nothing. It prints one line per finding.
"""

import datetime
import json
import sys
from pathlib import Path

import odoo.init  # noqa: F401  Odoo's own set-up comes first
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import SQL, config

# Odoo's own registers of what is installed, and what it counts or caches.
REGISTERS = ("ir_", "base_", "bus_", "orm_", "res_groups", "rule_group_rel")
SUITE = "support\\_%"
# A drawing of one point.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)


def populate(env, _file):
    env["account.chart.template"].try_loading("generic_coa", env.company)
    client = env["res.partner"].create({"name": "Old client", "is_company": True})
    contact = env["res.partner"].create({"name": "Contact", "parent_id": client.id})
    for stage in env["helpdesk.ticket.stage"].search([]):
        ticket = env["helpdesk.ticket"].create(
            {
                "name": f"Ticket in {stage.name}",
                "description": "Something was wrong",
                "partner_id": contact.id,
                "stage_id": stage.id,
            }
        )
        ticket.message_post(body="It has been like this for days")
    env["res.users"].create(
        {
            "name": "Technician",
            "login": "technician",
            "group_ids": [(4, env.ref("helpdesk_mgmt.group_helpdesk_user").id)],
        }
    )
    product = env["product.product"].create(
        {"name": "An hour", "type": "service", "invoice_policy": "order"}
    )
    line = {"product_id": product.id, "product_uom_qty": 3, "price_unit": 70}
    order = env["sale.order"].create(
        {"partner_id": client.id, "order_line": [(0, 0, line)]}
    )
    order.action_confirm()
    invoice = order._create_invoices()
    invoice.action_post()
    env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    ).create({})._create_payments()


def remember(env, file):
    file.write_text(json.dumps(_look(env, _get_columns(env))))


def compare(env, file):
    before = json.loads(file.read_text())
    columns = {table: list(seen["columns"]) for table, seen in before.items()}
    ids = {table: seen["ids"] for table, seen in before.items()}
    now = _look(env, columns, ids)
    for table, seen in before.items():
        if table not in now:
            yield f"{table}: gone"
            continue
        if seen["ids"] != now[table]["ids"]:
            yield f"{table}: rows are gone"
        for column, contents in seen["columns"].items():
            if contents != now[table]["columns"].get(column):
                yield f"{table}.{column}: not as it was"


def _get_columns(env):
    """Return the columns of the tables that have an id: ``{table: [column]}``."""
    env.cr.execute(
        """
        SELECT table_name, array_agg(column_name::text ORDER BY column_name)
          FROM information_schema.columns
          JOIN information_schema.tables USING (table_schema, table_name)
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
      GROUP BY table_name
        """
    )
    return {
        table: columns
        for table, columns in env.cr.fetchall()
        if not table.startswith(REGISTERS) and "id" in columns
    }


def _look(env, tables, ids=None):
    """Return what is in the columns of tables: ids, and a sum over the contents."""
    there = _get_columns(env)
    seen = {}
    for table, columns in tables.items():
        if table not in there:
            continue
        columns = [column for column in columns if column in there[table]]
        rows = SQL("TRUE") if ids is None else SQL("id = ANY(%s)", ids[table])
        sums = [
            SQL(
                "md5(string_agg(coalesce(%s::text, '-'), ',' ORDER BY id))",
                SQL.identifier(column),
            )
            for column in columns
        ]
        env.cr.execute(
            SQL(
                "SELECT coalesce(array_agg(id ORDER BY id), '{}'), %s FROM %s WHERE %s",
                SQL(", ").join(sums),
                SQL.identifier(table),
                rows,
            )
        )
        found, *contents = env.cr.fetchone()
        seen[table] = {
            "columns": dict(zip(columns, contents, strict=True)),
            "ids": found,
        }
    return seen


def sell(env, file):
    """As hours_bono does: a bono, paid on confirmation, and a ticket of 80 minutes."""
    company = env.company
    policy = env["support.policy"].create(
        {"name": "Hours", "unit": "minute", "company_id": company.id}
    )
    env["support.request.type"].create(
        {"policy_id": policy.id, "name": "Standard", "minimum": 60}
    )
    product = env["product.product"].create(
        {
            "name": "Bono 30 h",
            "type": "service",
            "support_is_pack": True,
            "support_unit": "minute",
            "support_quantity": 1800,
            "support_grant_on": "confirmed",
            "support_policy_id": policy.id,
        }
    )
    client = env["res.partner"].create({"name": "Client", "is_company": True})
    line = {"product_id": product.id, "product_uom_qty": 2}
    env["sale.order"].create(
        {"partner_id": client.id, "order_line": [(0, 0, line)]}
    ).action_confirm()
    ticket = env["helpdesk.ticket"].create(
        {"name": "Ticket", "description": "Ticket", "partner_id": client.id}
    )
    for minutes in (25, 12, 43):
        env["support.work"].create(
            {"ticket_id": ticket.id, "name": "Work", "minutes": minutes}
        )
    order = _quote(env, policy)
    _plan(env, order)
    was = {
        "ticket": ticket.id,
        "order": order.id,
        "sold": _read_sold(env, order.id),
        "ledger": _read_ledger(env),
        "planned": _read_planned(env),
    }
    file.write_text(json.dumps(was))


def _quote(env, policy):
    """What no pack covers: the client signs for two hours, and pays a part of them."""
    policy.overage_product_id = env["product.product"].create(
        {
            "name": "1 h",
            "type": "service",
            "list_price": 75,
            "support_unit": "minute",
            "support_quantity": 60,
        }
    )
    client = env["res.partner"].create(
        {"name": "No pack", "is_company": True, "email": "client@example.com"}
    )
    technician = env["res.users"].search([("login", "=", "technician")])
    team = env["helpdesk.ticket.team"].create(
        {
            "name": "Planned",
            "support_policy_id": policy.id,
            "user_ids": [(6, 0, technician.ids)],
            "resource_calendar_id": env.company.resource_calendar_id.id,
            "support_plan_weekly": True,
        }
    )
    ticket = env["helpdesk.ticket"].create(
        {
            "name": "Till",
            "description": "A new till",
            "partner_id": client.id,
            "team_id": team.id,
        }
    )
    estimate = env["support.estimate"].create({"ticket_id": ticket.id, "minutes": 120})
    estimate.action_send()
    order = estimate.order_id
    order.require_payment = False
    order.write({"signed_by": "Client", "signed_on": order.date_order})
    order.signature = SIGNATURE
    order.action_confirm()
    advance = env["sale.advance.payment.inv"].create(
        {
            "sale_order_ids": order.ids,
            "advance_payment_method": "percentage",
            "amount": 40,
        }
    )
    advance._create_invoices(order).action_post()
    return order


def _plan(env, order):
    """The technician's next week, confirmed, with the work that was signed."""
    ticket = env["support.estimate"].search([("order_id", "=", order.id)]).ticket_id
    today = datetime.date.today()
    monday = today + datetime.timedelta(days=7 - today.weekday())
    # Before the cut-off of that week, on whatever day this runs.
    ticket.support_accepted_at = datetime.datetime.now() - datetime.timedelta(days=9)
    plan = env["support.plan"].create(
        {"team_id": ticket.team_id.id, "date_start": monday}
    )
    plan.action_propose()
    plan.action_confirm()


def _read_planned(env):
    """Return estimates and plans: states, minutes, people, and the receipts' sums."""
    estimates = env["support.estimate"].search([], order="id")
    plans = env["support.plan"].search([], order="id")
    lines = plans.line_ids.sorted("id")
    return [
        [[one.id, one.state, one.minutes, one.order_id.id] for one in estimates],
        [[plan.id, plan.state, plan.inputs_hash] for plan in plans],
        [[one.ticket_id.id, one.user_id.id, one.minutes] for one in lines],
    ]


def _read_sold(env, order):
    """Return what Odoo itself has of an order and its invoices."""
    env.flush_all()
    env.cr.execute(
        "SELECT state, amount_total::text, signed_by FROM sale_order WHERE id = %s",
        [order],
    )
    rows = env.cr.fetchall()
    env.cr.execute(
        """
        SELECT move.id, move.state, move.amount_total::text
          FROM account_move move
         WHERE move.id IN (
                SELECT bill.move_id
                  FROM account_move_line bill
                  JOIN sale_order_line_invoice_rel rel
                    ON rel.invoice_line_id = bill.id
                  JOIN sale_order_line sold ON sold.id = rel.order_line_id
                 WHERE sold.order_id = %s)
        """,
        [order],
    )
    return json.loads(json.dumps(rows + env.cr.fetchall()))


def _read_ledger(env):
    entries = env["support.ledger.entry"].search([], order="id")
    return [
        [entry.id, entry.pack_id.id, entry.quantity, entry.balance_after, entry.steps]
        for entry in entries
    ]


def audit(env, file):
    was = json.loads(file.read_text())
    before = was["ledger"]
    if len(before) != 4 or sum(quantity for _, _, quantity, *_ in before) != 3520:
        yield f"the ledger is not that of the sale: {before}"
    if before != _read_ledger(env):
        yield "the ledger is not as it was"
    (estimate,), (plan,), (line,) = was["planned"]
    if (estimate[1], plan[1], line[2]) != ("accepted", "confirmed", 120):
        yield f"the plan is not that of the quotation: {was['planned']}"
    if was["planned"] != _read_planned(env):
        yield "estimates or plans are not as they were"
    if was["sold"] != _read_sold(env, was["order"]):
        yield "the order or its invoices are not as they were"
    for plan in env["support.plan"].search([]):
        if not plan._repeats_itself():
            yield f"{plan.display_name}: the receipt gives another plan"
    for pack in env["support.pack"].search([]):
        if pack.balance != sum(pack.entry_ids.mapped("quantity")):
            yield f"{pack.name}: the balance is not the sum of its entries"
    if not env["support.ledger.entry"]._is_guarded():
        yield "the ledger is not guarded"


def uninstall(env, file):
    modules = env["ir.module.module"].search(
        [("name", "=like", SUITE), ("state", "=", "installed")]
    )
    modules.button_immediate_uninstall()
    was = json.loads(file.read_text())
    yield from _find_left(env, was["ticket"])
    if len(was["sold"]) < 2 or was["sold"] != _read_sold(env, was["order"]):
        yield f"the order or its invoices went with the suite: {was['sold']}"


def _find_left(env, ticket):
    for what, query in (
        ("table", "SELECT tablename FROM pg_tables WHERE tablename LIKE %s"),
        ("function", "SELECT proname FROM pg_proc WHERE proname LIKE %s"),
        (
            "column",
            "SELECT table_name || '.' || column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name LIKE %s",
        ),
        ("external id", "SELECT name FROM ir_model_data WHERE module LIKE %s"),
        ("model", "SELECT model FROM ir_model WHERE replace(model, '.', '_') LIKE %s"),
        (
            "field",
            "SELECT model || '.' || name FROM ir_model_fields WHERE name LIKE %s",
        ),
        (
            "parameter",
            "SELECT key FROM ir_config_parameter WHERE replace(key, '.', '_') LIKE %s",
        ),
        ("attachment", "SELECT url FROM ir_attachment WHERE url LIKE '/' || %s"),
    ):
        env.cr.execute(query, [SUITE])
        for [name] in env.cr.fetchall():
            # Odoo's payment methods "support" this and that.
            if not name.startswith("payment"):
                yield f"{what} {name} is left"
    env.cr.execute("SELECT count(*) FROM helpdesk_ticket WHERE id = %s", [ticket])
    if env.cr.fetchone() != (1,):
        yield "the ticket went with the suite"


VERBS = {
    verb.__name__: verb
    for verb in (populate, remember, compare, sell, audit, uninstall)
}


def main(verb: str, file: Path, words: list[str]) -> None:
    config.parse_config(words, setup_logging=True)
    server.load_server_wide_modules()
    with Registry(config["db_name"][0]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        for line in VERBS[verb](env, file) or ():
            print(f"FOUND {line}", flush=True)
        cr.commit()


main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
