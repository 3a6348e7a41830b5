"""Choices that several models share."""

from datetime import timedelta

# How a client asks for an urgency. Add-ons that bring a channel name it here.
URGENCY_CHANNELS = [
    ("portal", "Client area"),
    ("email", "E-mail"),
    ("whatsapp", "WhatsApp"),
    ("phone_written", "Telephone, confirmed in writing"),
]

CONSENT_STATES = [
    ("accepted", "Accepted"),
    ("cancelled", "Cancelled"),
]

# Why an urgency does not stand any more. The first two are the agency's grounds [000].
CANCEL_GROUNDS = [
    ("not_main", "Does not affect the main function"),
    ("graver", "Graver urgencies go first"),
    ("withdrawn", "Withdrawn by the client"),
    ("mistake", "Recorded by mistake"),
    ("moved", "The ticket moved to another client"),
]
# What staff chooses from; the last one is what the ticket did by itself.
STAFF_GROUNDS = ("not_main", "graver", "withdrawn", "mistake")

# Who reads the evidence: not its client, who reads the page of the ticket.
CONSENT_READERS = "helpdesk_mgmt.group_helpdesk_user_own,account.group_account_invoice"

# Who wrote to us saw no page with the price before.
PRICE_TOLD = [
    ("before", "Before it was accepted, on the page"),
    ("after", "Afterwards, in the e-mail that confirms it"),
]

# Who withdrew an urgency accepts none on the ticket for so long: people were called.
AGAIN_AFTER = timedelta(hours=1)

# Of the channels, those where staff records what the client wrote on the ticket.
WRITTEN_CHANNELS = ("email", "phone_written")
