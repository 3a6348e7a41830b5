from . import (
    helpdesk_myaccount,
    helpdesk_ticket,
    portal,
    sale_portal,
    support_apply,
    support_buy,
    support_dispute,
    support_refund,
    support_statement,
    support_terms,
)
