from . import (
    helpdesk_myaccount,
    helpdesk_ticket,
    portal,
    sale_portal,
    support_apply,
    support_buy,
    support_terms,
)
