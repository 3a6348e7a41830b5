"""What several models need of the database and the ORM does not offer."""

from odoo.tools import SQL


def insert_once(model, values, conflict):
    """Insert one record unless one is there: ``ON CONFLICT DO NOTHING``.

    Of two transactions that insert at once, the second waits for the first, then does
    nothing or is retried by Odoo. Defaults hold as on ``create``; nothing else that
    ``create`` does happens, so this is for models whose records begin empty.

    :param model: an empty recordset, with the rights of the superuser
    :param values: as for ``create``, without x2many fields
    :param conflict: names of the columns of the unique index
    :return: whether it was inserted
    """
    columns = {}
    for name, value in model._add_missing_default_values(dict(values)).items():
        field = model._fields[name]
        if field.store and field.column_type:
            value = field.convert_to_cache(value, model)
            columns[name] = field.convert_to_column_insert(value, model)
    columns.update(create_uid=model.env.uid, write_uid=model.env.uid)
    model.flush_model()
    model.env.cr.execute(
        SQL(
            """
            INSERT INTO %(table)s (%(names)s, create_date, write_date)
            VALUES (%(values)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
            ON CONFLICT (%(conflict)s) DO NOTHING
            """,
            table=SQL.identifier(model._table),
            names=SQL(", ").join(SQL.identifier(name) for name in columns),
            values=SQL(", ").join(SQL("%s", value) for value in columns.values()),
            conflict=SQL(", ").join(SQL.identifier(name) for name in conflict),
        )
    )
    return model.env.cr.rowcount == 1
