# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The arithmetic of prepaid support: plain Python, no Odoo, no database.

One direction, no way back::

    facts -> quote -> difference -> draw -> entries

- ``tariff``: the facts of a ticket and the rules of its policy give a quote.
- ``drawdown``: the quote less what the ledger holds is drawn from, or goes back
  to, the packs.
- ``grants``: what was sold, paid and credited says which packs there should be.
- ``journal``: the entries of one pack, replayed and checked.
- ``expiry``: the days on which a pack is good.
- ``split``: shares of money that add up.
- ``refund``: until when money is asked back, and how much it is.
- ``overage``: what units cost that no pack covers.
- ``billing``: what of that is still to invoice, after what was invoiced and credited.
- ``pricing``: what a unit costs in each pack.
- ``runway``: how long what is left will last, and what will expire unused.

A correction enters at the front door as a changed fact. Units are integers
(minutes, credits or tickets), money is ``Decimal``, what goes in is frozen and what
comes out is new: a function here changes nothing but its result.
"""
