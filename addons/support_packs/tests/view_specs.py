"""What the web client asks for when it opens a view: the fields of its arch."""

from lxml import etree


def get_arch(model, view_type, view_id=None):
    """Return the arch of a view, else the default one, as the model's user gets it."""
    return etree.fromstring(model.get_view(view_id, view_type)["arch"])


def get_specification(model, view_type="list", view_id=None):
    """Return the specification that ``web_read`` takes for a view of a model."""
    arch = get_arch(model, view_type, view_id)
    # Forms put the name of the record into the breadcrumb.
    specification = {"display_name": {}} if view_type == "form" else {}
    for node in arch.xpath(".//field[not(ancestor::field)]"):
        name = node.get("name")
        field = model._fields[name]
        specification[name] = {}
        if field.type == "many2one":
            specification[name] = {"fields": {"display_name": {}}}
        elif field.type in ("one2many", "many2many"):
            specification[name] = {"fields": _get_lines(model, field, node)}
    return specification


def _get_lines(model, field, node):
    lines = node.find("list")
    comodel = model.env[field.comodel_name]
    if lines is None:
        return {"display_name": {}}
    names = [line.get("name") for line in lines.findall("field")]
    return {
        name: {"fields": {"display_name": {}}}
        if comodel._fields[name].type == "many2one"
        else {}
        for name in names
    }
