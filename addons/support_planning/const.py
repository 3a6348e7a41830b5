"""Choices that several models share."""

ESTIMATE_STATES = [
    ("draft", "Draft"),
    ("sent", "Sent"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
    ("expired", "Expired"),
    ("exceeded", "Exceeded"),
]
# The client agreed, and nothing has taken its place.
IN_FORCE = ("accepted", "exceeded")
# It holds, or the client may still accept it.
RUNNING = (*IN_FORCE, "sent")

# How the client accepted.
ESTIMATE_CHANNELS = [
    ("portal", "Client area"),
    ("link", "Link of an e-mail"),
    ("quotation", "Quotation, signed or paid"),
    ("written", "In writing, recorded by staff"),
]

WHEN_EXCEEDED = [
    ("stop", "Work does not go on"),
    ("warn", "Technicians are warned"),
]

# Who reads estimates: not their client, who reads the page of the ticket.
ESTIMATE_READERS = "helpdesk_mgmt.group_helpdesk_user_own"
