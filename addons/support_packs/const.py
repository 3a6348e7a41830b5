"""Choices that several models share. Units are counted in integers, always."""

UNITS = [
    ("minute", "Minutes"),
    ("credit", "Credits"),
    ("ticket", "Tickets"),
]
# Who may read what was sold, and who also what it was used for. One2many fields that
# lead there say so, or others could not read the records that have them.
SALES_READERS = (
    "helpdesk_mgmt.group_helpdesk_user_own,account.group_account_invoice,"
    "sales_team.group_sale_salesman,base.group_portal"
)
HISTORY_READERS = (
    "helpdesk_mgmt.group_helpdesk_user_own,account.group_account_invoice,"
    "base.group_portal"
)
POLICY_UNITS = [*UNITS, ("none", "Nothing is counted")]

DEBIT_ON = [
    ("work", "Each work entry"),
    ("resolution", "The resolution of the ticket"),
    ("acceptance", "The admission of the ticket"),
    ("none", "Never"),
]

UNCOVERED_POLICIES = [
    ("invoice", "Invoice it at the list price"),
    ("wait", "Wait for the next pack"),
    ("block", "Refuse to start, then wait for a decision"),
]

PACK_STATES = [
    ("pending", "Waiting for payment"),
    ("active", "Active"),
    ("suspended", "Suspended"),
    ("exhausted", "Used up"),
    ("expired", "Expired"),
    ("refunded", "Refunded"),
    ("cancelled", "Cancelled"),
]

ENTRY_TYPES = [
    ("grant", "Grant"),
    ("usage", "Usage"),
    ("return", "Return"),
    ("expiry", "Expiry"),
    ("refund", "Refund"),
    ("adjustment", "Adjustment"),
]

CHARGE_STATES = [
    ("open", "Covered"),
    ("waiting", "Waiting"),
    ("to_invoice", "To invoice"),
    ("invoiced", "Invoiced"),
    ("credited", "Credited"),
    ("waived", "Waived"),
]

CHARGE_DECISIONS = [
    ("next_pack", "The next pack pays"),
    ("invoice", "Invoice it at the list price"),
    ("waive", "Nobody pays"),
]

SUPPLEMENT_KINDS = [
    ("fixed", "So many units more"),
    ("factor", "So many percent more"),
]

CANCELLED_BY = [
    ("us", "Us"),
    ("client", "The client"),
]

EXPIRY_KINDS = [
    ("none", "Never"),
    ("purchase", "Some months after activation"),
    ("last_use", "Some months after the last use"),
]

GRANT_ON = [
    ("paid", "Its invoice is paid in full"),
    ("confirmed", "The order is confirmed"),
]

HOLD_KINDS = [
    ("unpaid", "Hold for unpaid invoices"),
    ("fair_use", "Fair-use hold"),
    ("manual", "Manual hold"),
]
# What a hold can refuse: that work on a ticket starts, that a ticket is planned, that
# an urgency is taken. Tickets can always be opened and written on, and work that was
# done can always be recorded: no hold refuses that.
HELD_ACTS = ("start", "planning", "urgent")
HELD_ACTS_BY_KIND = {
    "unpaid": HELD_ACTS,
    "fair_use": HELD_ACTS,
    "manual": HELD_ACTS,
}
# Who reads why an account is held: not its client.
HOLD_READERS = (
    "helpdesk_mgmt.group_helpdesk_user_own,account.group_account_invoice,"
    "sales_team.group_sale_salesman"
)
