"""What all pages behind a link of an e-mail share (see the model ``support.link``).

Functions, not a controller: Odoo makes one class of all that extend the same one.
"""

from odoo.http import request


def find_link(model, token):
    """Return the link of a token, in the language of its mail; or none (sudo).

    :param model: name of what extends ``support.link``
    :param token: what the address says, anything
    """
    link = request.env[model]._find(token)
    if link and request.env.user._is_public() and link.partner_id.lang:
        # Who is not logged in reads what the mail was written in.
        request.update_context(lang=link.partner_id.lang)
        link = link.with_context(lang=link.partner_id.lang)
    return link


def render_link(template, link, values):
    """Return the page behind a link; without one, the same page says so."""
    response = request.render(
        template,
        {
            "found": bool(link),
            "ticket": link.ticket_id,
            "back": "",
            "no_breadcrumbs": True,
            **values,
        },
    )
    if not link:
        response.status_code = 404
    # The address is a key: it goes to nobody else, and no cache keeps the page.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
