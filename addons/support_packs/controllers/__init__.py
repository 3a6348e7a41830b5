from . import helpdesk_myaccount, helpdesk_ticket, portal, sale_portal, support_apply
from . import support_statement
from . import (
    helpdesk_myaccount,
    helpdesk_ticket,
    portal,
    sale_portal,
    support_apply,
    support_dispute,
    support_refund,
    support_buy,
    support_terms,
)
