from odoo import http
from odoo.http import request

from .portal import SupportPortal

MAX_ID_DIGITS = 10


class SupportRefundPortal(SupportPortal):
    """The client asks for the refund of a pack: a page, and the button on it."""

    @http.route(
        "/my/support/pack/<string:pack_id>/refund",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def support_refund_page(self, pack_id, **kw):
        pack = self._find_support_pack(pack_id)
        if not pack:
            raise request.not_found()
        return self._show_refund_page(pack)

    @http.route(
        "/my/support/pack/<string:pack_id>/refund",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def support_refund_request(self, pack_id, reason=None, **kw):
        pack = self._find_support_pack(pack_id)
        if not pack:
            raise request.not_found()
        problem = pack._request_refund_as_client(reason)
        if problem:
            return self._show_refund_page(pack, problem, reason)
        return request.redirect(f"/my/support#pack_{pack.id}", code=302)

    def _show_refund_page(self, pack, problem=None, reason=None):
        values = self._prepare_support_values("support")
        values.update(
            pack=pack,
            refund=pack._get_portal_refund(),
            problem=problem,
            reason=reason if isinstance(reason, str) else "",
        )
        return request.render("support_packs.portal_refund", values)

    def _find_support_pack(self, pack_id):
        """Return the pack, as the reader, if it is of the reader's company.

        :param pack_id: what the address says, anything
        """
        packs = request.env["support.pack"]
        if not pack_id.isdecimal() or len(pack_id) > MAX_ID_DIGITS:
            return packs
        accounts = self._get_support_accounts()
        return accounts and packs.search(
            [("id", "=", int(pack_id)), ("account_id", "in", accounts.ids)]
        )
